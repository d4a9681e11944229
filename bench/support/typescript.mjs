// @ts-check
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

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
    alias: { electron: path.join(root, 'src/main/jobs/testing/electron-stub.ts') },
    logLevel: 'error',
  })
}

/** @returns {Promise<typeof import('../../src/protocol')>} what main and the app's bootstrap say to each other */
export async function loadProtocol() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['src/protocol.ts'],
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
    logLevel: 'error',
  })
  const code = Buffer.from(outputFiles[0]?.contents ?? []).toString('base64')
  return import(`data:text/javascript;base64,${code}`)
}
