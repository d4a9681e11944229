import type { JobContext } from './job-channels'
import type { Outputs } from './run-workflow'

/** A WebSocket frame and a line of a prompt's history: what happened, as the engine says it. */
export interface Frame {
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}

export interface Outcome {
  readonly status: 'success' | 'error' | 'interrupted'
  readonly outputs: Outputs
  readonly frames: readonly Frame[]
}

/** What a client asked for; waits in the queue and stays in the history. */
export interface Submission {
  readonly id: string
  /** Position: lower runs first. */
  readonly number: number
  readonly prompt: unknown
  readonly extraData: Readonly<Record<string, unknown>>
  readonly outputIds: readonly string[]
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  readonly job: JobContext
}
