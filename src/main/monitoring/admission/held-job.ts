/** A job that is held back before it begins, as it is expected not to fit. */
export interface HeldJob {
  /** The engine's own id for the job. */
  readonly id: string
  /**
   * The thing that is done for it: the engine frees memory, is replaced, or is to be once nothing is brought to it; or another
   * program holds the memory, and is waited for.
   */
  readonly reason: 'frees' | 'leftovers' | 'busy' | 'others'
  /** The need of the job, and the memory that is free, in bytes. */
  readonly expectedBytes: number
  readonly freeBytes: number
  /** ISO 8601, UTC. */
  readonly at: string
}

/** An engine that was replaced between two jobs. */
export interface RecycledEngine {
  /** The engine's id of the job that room was made for; `null` where none waited. */
  readonly jobId: string | null
  /** The memory that earlier jobs had left in the engine, in bytes. */
  readonly leftBytes: number
  /** How many jobs wait for the next one. */
  readonly waiting: number
  /** ISO 8601, UTC. */
  readonly at: string
}
