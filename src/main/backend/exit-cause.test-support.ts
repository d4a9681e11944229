import { explainExit } from './exit-cause'
import type { ExitMemory, ExitObservation } from './exit-observation'

/** Short evidence for tests. */

export const PID = 4242
export const MIB = 2 ** 20

export const NOTHING: ExitObservation = {
  platform: 'linux',
  electronMajor: 33,
  exitCode: null,
  gone: null,
  launchError: null,
  uncaught: null,
  errorStack: null,
  stderrTail: 'listening on 8188\n',
  lastWords: [],
  pid: PID,
  intent: null,
  oomKills: null,
  memory: null,
  fatalError: null,
  crash: null,
  uptimeMs: 60_000,
  endedAt: null,
  runningJobs: 0,
}

export type Known = Partial<ExitObservation>

/** A death that Chromium reports: both events have the same status. */
export const gone = (exitCode: number, reason: string): Known => ({ exitCode, gone: { reason, exitCode } })
export const linux = (electronMajor: number, known: Known): Known => ({
  platform: 'linux',
  electronMajor,
  ...known,
})
export const mac = (electronMajor: number, known: Known): Known => ({
  platform: 'darwin',
  electronMajor,
  ...known,
})
export const windows = (electronMajor: number, known: Known): Known => ({
  platform: 'win32',
  electronMajor,
  ...known,
})
/** The value of `exit` on Windows before 40.8.4: 64 bits, of which a JavaScript number holds 53. */
export const signExtended = (code: number) => Number(BigInt.asUintN(64, BigInt.asIntN(32, BigInt(code))))

export const heap = (usedMib: number, ageMs = 400): ExitMemory => ({
  ageMs,
  treeRssBytes: 612 * MIB,
  heapUsedBytes: usedMib * MIB,
  heapLimitBytes: 234 * MIB,
})
export const BOOM = { name: 'TypeError', message: 'boom' }

export const SIGABRT = gone(6, 'crashed')
export const SIGTRAP = gone(5, 'crashed')
export const SIGKILL = gone(9, 'killed')
export const GREW = { oomKills: { before: 0, after: 1 } }
export const SAME = { oomKills: { before: 3, after: 3 } }

/** `cause` with `!` if it is out of memory and `?` if that is suspected; `-` is no death. */
export type Row = readonly [what: string, known: Known, verdict: string]

export function verdict(known: Known): string {
  const explained = explainExit({ ...NOTHING, ...known })
  if (!explained) return '-'
  const { cause, oom, confidence } = explained
  return `${cause}${oom ? '!' : ''}${confidence === 'suspected' ? '?' : ''}`
}
