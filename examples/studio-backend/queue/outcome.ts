import type { JobContext } from './job-channels'
import type { Outputs } from './run-workflow'

/** An event as a WebSocket frame and an entry of a prompt's history, in the engine's form. */
export interface Frame {
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}

export interface Outcome {
  readonly status: 'success' | 'error' | 'interrupted'
  readonly outputs: Outputs
  readonly frames: readonly Frame[]
}

/** A client's request; waits in the queue and stays in the history. */
export interface Submission {
  readonly id: string
  /** The position: lower numbers run first. */
  readonly number: number
  readonly prompt: unknown
  readonly extraData: Readonly<Record<string, unknown>>
  readonly outputIds: readonly string[]
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  readonly job: JobContext
}
