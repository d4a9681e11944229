/** The backend's memory at one moment, in bytes; `null` for what could not be read. */
export interface MemorySample {
  /** ISO 8601, UTC. */
  readonly at: string
  /** Resident memory of the backend and its descendants. */
  readonly treeRssBytes: number | null
  readonly heapUsedBytes: number | null
  readonly heapLimitBytes: number | null
  /** Memory outside V8's heap that V8 counts, such as Buffers. */
  readonly externalBytes: number | null
  /** Memory used on the whole machine. */
  readonly systemUsedBytes: number | null
  /** Memory used on the fullest GPU, if `nvidia-smi` reports it. */
  readonly gpuUsedBytes: number | null
  readonly gpuTotalBytes: number | null
}
