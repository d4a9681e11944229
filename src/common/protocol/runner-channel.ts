import type { PackImport } from '../engine/pack-import'
import type { EngineUsage } from './engine-costs'
import type { EngineMemory } from './engine-memory'
import type { EngineSpareStatus } from './engine-spare'
import type { EngineUnresponsive } from './engine-unresponsive'
import type { JobNeed } from './job-need'
import type { JobTurn, JobVerdict } from './job-turn'

/**
 * The news of the engine's runner for the bootstrap of its process, on a channel of `diagnostics_channel`: they are bundles of
 * their own, and the port to main is the bootstrap's. `job` is the context that the runner publishes a job with.
 */
export type RunnerNews =
  /** The engine has ended, and this process lives on to bring back the jobs that had not begun, in their order. */
  | {
      readonly type: 'engine-ended'
      readonly exitCode: number
      readonly kept: readonly object[]
      readonly isReplaced: boolean
    }
  /** The next engine answers. */
  | { readonly type: 'engine-ready' }
  /** The next engine cannot be started; this process ends. */
  | { readonly type: 'launch-failed'; readonly error: unknown }
  /** The next engine has the job. */
  | { readonly type: 'resubmitted'; readonly job: object }
  /** A job that had not begun does not come back; it is over now, or with the engine's end, which follows. */
  | {
      readonly type: 'not-resubmitted'
      readonly job: object
      readonly reason: string
      readonly isOver: boolean
    }
  /** The numbers that make a job big which the engine has put into its queue. */
  | { readonly type: 'need'; readonly job: object; readonly need: JobNeed }
  /** A job is next, and held back until the verdict. */
  | ({ readonly type: 'turn'; readonly job: object } & JobTurn)
  | EngineNews

/** The news that main gets as they are. */
export type EngineNews =
  | ({ readonly type: 'engine-memory' } & EngineMemory)
  | ({ readonly type: 'engine-usage' } & EngineUsage)
  /** The engine has imported its packs. */
  | { readonly type: 'engine-packs'; readonly packs: PackImport[] }
  | EngineHealthNews
  /** How the engine's spare stands. */
  | ({ readonly type: 'engine-spare' } & EngineSpareStatus)
  | { readonly type: 'engine-tracer'; readonly maySend: boolean }
  | { readonly type: 'job-left'; readonly id: string; readonly residentBytes: number }
  | { readonly type: 'warning'; readonly message: string }

/** The engine is unresponsive, or responsive again. */
export type EngineHealthNews =
  | ({ readonly type: 'engine-unresponsive' } & EngineUnresponsive)
  | { readonly type: 'engine-responsive' }

/** The channel of `RunnerNews`. */
export const RUNNER_NEWS = 'studio-monitor.runner'

/** The channel on which the runner is told to start its next engine; the message is empty. */
export const START_ENGINE = 'studio-monitor.start-engine'

/** The channel on which the runner is told what is to be done about a job that is held back: {@link JobVerdict}. */
export const JOB_VERDICT = 'studio-monitor.job-verdict'

export { UNASKED } from './job-turn'
export type { JobVerdict }
