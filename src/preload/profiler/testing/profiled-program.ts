import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  bundleOnce,
  bundleProgram,
  type Ended,
  startProgram,
  temporaryFolder,
} from '../../../../testing/program/program'
import type { ProfileSet } from '../../../common/protocol/profile-set'

/** The profiler's folder, which a program's imports are relative to. */
export const PROFILER = dirname(__dirname)

const PRELUDE = `
import { startProfiler } from './index'
const periodMs = Number(process.env.PERIOD_MS ?? 60_000)
export const warn = (message) => process.stderr.write('WARNING ' + message + '\\n')
export const profiler = process.env.FOLDER
  ? startProfiler({
      tracer: null, run: 'run', folder: process.env.FOLDER, periodMs,
      memoryLimitBytes: Number(process.env.MEMORY_LIMIT) || null, heapLimitBytes: Number(process.env.HEAP_LIMIT) || null, port: { send() {} }, warn,
    })
  : { lookAtTree() {}, finish: async () => {} }
export const spin = (ms) => { for (const until = performance.now() + ms; performance.now() < until; ) JSON.parse('[1]') }
`

/** Bundles a thread beside a program, as the app's is. @returns what the bundle is made of */
export async function bundleThread(
  program: string,
  entry = join(PROFILER, 'worker.ts'),
): Promise<readonly string[]> {
  const { text, inputs } = await bundleOnce({
    entryPoints: [entry],
    bundle: true,
    platform: 'node',
    target: 'node20.18',
    format: 'cjs',
    logLevel: 'error',
  })
  writeFileSync(join(dirname(program), 'profiler.cjs'), text)
  return inputs
}

/**
 * Bundles a program that starts the profiler, if `FOLDER` is set, ahead of `contents`; `profiler` and `spin`
 * are there.
 */
export async function bundleProfiled(contents: string): Promise<string> {
  const file = await bundleProgram(`${PRELUDE}${contents}`, { from: PROFILER, tracer: false })
  await bundleThread(file)
  return file
}

export interface Profiled extends Ended {
  readonly sets: readonly ProfileSet[]
  /** The profiler's warnings. */
  readonly warnings: readonly string[]
  /** The other lines written to stderr. */
  readonly complaints: readonly string[]
}

/**
 * Runs a bundled program under the profiler.
 * @returns its exit, and what it left
 */
export async function runProfiled(file: string, { periodMs = 60_000, env = {} } = {}): Promise<Profiled> {
  const folder = temporaryFolder()
  const { ended } = startProgram(file, { env: { FOLDER: folder, PERIOD_MS: String(periodMs), ...env } })
  const result = await ended
  const lines = result.stderr.split('\n').filter((line) => line !== '')
  const isWarning = (line: string) => line.startsWith('WARNING ')
  return {
    ...result,
    sets: readSets(folder),
    warnings: lines.filter(isWarning).map((line) => line.slice('WARNING '.length)),
    complaints: lines.filter((line) => !isWarning(line)),
  }
}

/** The sets in a folder, oldest first. */
export function readSets(folder: string): ProfileSet[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'))
  return files.toSorted().map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as ProfileSet)
}
