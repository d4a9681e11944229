export type JobEventState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled'

/** A job's latest news. */
export interface JobEvent {
  /** The backend's own id for it. */
  readonly id: string
  readonly name: string | null
  readonly kind: string | null
  readonly state: JobEventState
  /** 0 to 1; `null` where the backend does not say. */
  readonly progress: number | null
  /** ISO 8601, UTC. */
  readonly at: string
}
