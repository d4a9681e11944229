import { randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { errorMessage } from '../../../common/storage/errors'
import { BackendProcess } from '../../backend/process'
import { rankFunctions } from '../../profiling/rank'
import { readPprofFile } from '../../profiling/read-pprof-file'
import { type Finding, ok, problem } from './check'

const PERIOD_MS = 1_000
/** Time limit, in milliseconds: a loaded machine takes seconds to start a process. */
const DEADLINE_MS = 15_000
/** The functions of the built-in backend that compute and that allocate. */
const BUSY = 'doctorComputes'
const KEEPS = 'doctorKeeps'

const NEXT = 'set DD_PROFILING_ENABLED=false to go without profiles, and report what the lines say'

export interface ProfilerFacts {
  readonly bootstrap: string
  /** The built-in backend's file. */
  readonly entry: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Profiles a real utility process for a second, as the backend is profiled, and reads the result. */
export async function checkProfiler({ bootstrap, entry, env }: ProfilerFacts): Promise<Finding> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'studio-doctor-'))
  const said: string[] = []
  let written: () => void = () => {}
  const arrived = new Promise<'written'>((resolve) => {
    written = () => resolve('written')
  })
  const child = new BackendProcess({
    bootstrap,
    entry,
    args: [],
    cwd: null,
    marker: randomUUID(),
    // Its traces do not belong in Datadog.
    env: { ...env, DD_TRACE_ENABLED: 'false', DD_RUNTIME_METRICS_ENABLED: 'false' },
    heapLimitBytes: null,
    profiling: { folder, periodMs: PERIOD_MS, memoryLimitBytes: null },
    onMessage: (message) => {
      if (message.type === 'profiles-written') written()
      if (message.type === 'warning') said.push(message.message)
    },
    onOutput: (_stream, chunk) => said.push(chunk.toString().trim()),
    onParentPortMessage: () => {},
    onBrokenOff: () => {},
    now: () => performance.now(),
  })
  const ended = child.exited.then(({ exitCode }) => `it ended with code ${exitCode}`)
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no profile within ${DEADLINE_MS / 1_000} s`), DEADLINE_MS)
  })
  try {
    const outcome = await Promise.race([arrived, ended, late])
    if (outcome !== 'written') return problem(`the backend cannot be profiled: ${outcome}`, NEXT, said)
    return judge(folder)
  } finally {
    clearTimeout(timer)
    child.expectExit('stop')
    child.kill()
    await Promise.race([ended, late])
    rmSync(folder, { recursive: true, force: true })
  }
}

function judge(folder: string): Finding {
  try {
    const names = readdirSync(folder)
    const missing = (
      [
        ['wall', BUSY],
        ['space', KEEPS],
      ] as const
    ).filter(([type, name]) => !functionsIn(folder, names, type).includes(name))
    return missing.length === 0
      ? ok('a second of a real backend was profiled: CPU and heap name what ran')
      : problem(`the profiles do not show what ran: ${missing.map(([type]) => type).join(', ')}`, NEXT, names)
  } catch (error) {
    return problem(`the profiles cannot be read: ${errorMessage(error)}`, NEXT)
  }
}

/**
 * The named functions with a value of their own in the profile.
 * @throws if there is no such profile, or it cannot be read
 */
function functionsIn(folder: string, names: readonly string[], type: 'wall' | 'space'): string[] {
  const name = names.find((file) => file.endsWith(`-${type}.pprof`))
  if (!name) throw new Error(`there is no ${type} profile among ${names.join(', ')}`)
  const profile = readPprofFile(path.join(folder, name))
  const { functions } = rankFunctions(profile, profile.defaultType, 'self')
  return functions.filter(({ self }) => self > 0).map((place) => place.function)
}
