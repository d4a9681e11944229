import type { ErrorSummary } from '../../common/protocol/messages'
import type { OomKills } from '../memory/oom-kill-counter'
import type { DeathCause } from './cause'
import type { DumpedCrash } from './crashes/crash-dumps'

/** All that is known of one end of the backend. `null` where something was not there or could not be read. */
export interface ExitObservation {
  readonly platform: NodeJS.Platform
  readonly electronMajor: number
  /** The code that the `exit` event gave: not normalised. */
  readonly exitCode: number | null
  /** `child-process-gone`: there is none after a normal exit. */
  readonly gone: { readonly reason: string; readonly exitCode: number } | null
  /** The entry threw while it was loaded. */
  readonly launchError: ErrorSummary | null
  readonly uncaught: ErrorSummary | null
  /** The stack of either of the two; `null` where it has none. */
  readonly errorStack: string | null
  readonly stderrTail: string
  /** The last lines of stdout and stderr, scrubbed, oldest first. */
  readonly lastWords: readonly string[]
  readonly pid: number | null
  /** Why we ended it, or were about to. */
  readonly intent: 'stop' | 'replace' | 'memory-limit' | 'unresponsive' | null
  readonly oomKills: OomKills | null
  readonly memory: ExitMemory | null
  /** The utility process's `error` event: V8's location and report. */
  readonly fatalError: string | null
  /** The crash by its minidump; `null` where Crashpad wrote none. */
  readonly crash: DumpedCrash | null
  readonly uptimeMs: number
  /** When it was gone: wall clock, milliseconds since the epoch; `null` for one that never ran. */
  readonly endedAt: number | null
  /** The jobs that ran in an engine when it was gone. None of another backend's: its exit with 0 is its own affair. */
  readonly runningJobs: number
}

/** The last sample of the backend's memory, in bytes. */
export interface ExitMemory {
  /** How long before the end it was taken, in milliseconds. */
  readonly ageMs: number
  /** The same of the resident memory, where that was read at another time. */
  readonly treeAgeMs?: number
  readonly treeRssBytes: number | null
  readonly heapUsedBytes: number | null
  readonly heapLimitBytes: number | null
}

/** The cause of the end. */
export interface ExitExplanation {
  readonly cause: DeathCause
  /** True for an end for want of memory. */
  readonly oom: boolean
  readonly confidence: 'proven' | 'suspected'
  /** Short sentences for people, in order of weight. */
  readonly evidence: readonly string[]
  /** The line of its last words that one of them quotes; `null` where none does. */
  readonly errorLine: string | null
}
