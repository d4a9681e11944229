/** The broadcast channel on which the worker threads of a process tell of their jobs. */
export const THREAD_JOBS = 'studio-datadog-monitor.jobs'

/** A thrown value, as text. */
export interface Thrown {
  readonly name: string
  readonly message: string
  /** `null` for what is no error. */
  readonly stack: string | null
}

interface JobWords {
  readonly id: string
  readonly name: string | null
  readonly kind: string | null
}

/** A word of a worker thread on one of its jobs; `thread` is Node's id of it, `job` a number of its own. */
export type ThreadMessage = { readonly thread: number } & (
  | ({ readonly type: 'queued' | 'started'; readonly job: number } & JobWords)
  | { readonly type: 'progress'; readonly job: number; readonly progress: number }
  | { readonly type: 'cancelled'; readonly job: number | null; readonly id: string }
  | {
      readonly type: 'ended'
      readonly job: number
      readonly progress: number | null
      /** `null` for a job that ended well. */
      readonly error: Thrown | null
    }
  /** By the thread that has started it, `parent`: what ends that one ends it too, and nobody tells. */
  | { readonly type: 'thread-started'; readonly parent: number }
  /** A context on that channel was none of a job's; told once. */
  | { readonly type: 'ignored'; readonly channel: 'studio.job' | 'studio.job.queued' }
  /** By the thread that had started it: what is open there ends with it. */
  | { readonly type: 'thread-ended'; readonly error: Thrown | null; readonly exitCode: number }
)
