/** One moment of the backend's memory, in bytes; `null` where it could not be read. */
export interface MemorySample {
  /** ISO 8601, UTC. */
  readonly at: string
  /** Resident memory of the backend and its descendants. */
  readonly treeRssBytes: number | null
  readonly heapUsedBytes: number | null
  readonly heapLimitBytes: number | null
  /** Buffers and other memory that V8 counts but keeps outside its heap. */
  readonly externalBytes: number | null
  /** What the whole machine uses. */
  readonly systemUsedBytes: number | null
  /** Of the fullest GPU, where `nvidia-smi` tells. */
  readonly gpuUsedBytes: number | null
  readonly gpuTotalBytes: number | null
}
