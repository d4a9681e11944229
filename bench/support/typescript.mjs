// @ts-check
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { loadTypeScript } from '../../scripts/bundle/load-typescript.mjs'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * Bundles a program that imports the app's TypeScript, for a process without Electron's own modules.
 * @param {string} entry relative to the project
 * @param {string} outfile ends in `.cjs`
 */
export async function bundleProgram(entry, outfile) {
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    alias: { electron: path.join(root, 'src/main/records/jobs/testing/electron-stub.ts') },
    logLevel: 'error',
  })
}

/** @returns {Promise<typeof import('../../src/common/protocol/messages')>} what main and the app's bootstrap say to each other */
export const loadProtocol = () => loadTypeScript('src/common/protocol/messages.ts')

/** @returns {Promise<{ cpuMicros: number, heapBytes: number }>} the sampling rates */
export async function loadSamplingIntervals() {
  const { CPU_INTERVAL_MICROS } = await loadTypeScript('src/preload/profiler/cpu-recorder.ts')
  const { HEAP_INTERVAL_BYTES } = await loadTypeScript('src/preload/profiler/heap-sampler.ts')
  return { cpuMicros: CPU_INTERVAL_MICROS, heapBytes: HEAP_INTERVAL_BYTES }
}
