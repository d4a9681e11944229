/** The memory that a job is expected to need above what is held once it has begun, in bytes. */
export interface Estimate {
  readonly expectedBytes: number
  readonly lowBytes: number
  /** `null` where nobody knows: only runs that did not end were seen. */
  readonly highBytes: number | null
  /** How many runs say so. */
  readonly runs: number
  /** The ground for it: runs of its own kind, runs of other sizes, or runs of its own that did not end. */
  readonly basis: 'runs' | 'sizes' | 'bounds'
}

/** The memory that a job may still take when it begins, in bytes. */
export interface FreeMemory {
  readonly freeBytes: number
  /** The bound that leaves the least: `STUDIO_MEMORY_LIMIT`, the machine's memory, or its cgroup's. */
  readonly boundBy: 'limit' | 'machine' | 'cgroup'
  /** The memory that earlier jobs of this backend have left behind. */
  readonly leftBytes: number
}

/** The need that is expected of a job, against what is free. */
export interface JobForecast extends Estimate, FreeMemory {
  /** The backend's own id for the job. */
  readonly id: string
  readonly kind: string
  /** False where it is expected to need more than is free. */
  readonly fits: boolean
  /** `queued` where it would not even fit if nothing else ran, else `started`. */
  readonly when: 'queued' | 'started'
  /** ISO 8601, UTC. */
  readonly at: string
}
