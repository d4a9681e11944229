import type { ProfileSet } from '../../common/protocol/profile-set'

/** The thread's configuration. Sizes in bytes, times in milliseconds. */
export interface ProfilerConfig {
  /** The folder of the profiles, `<data folder>/profiles`. */
  readonly folder: string
  readonly run: string
  readonly periodMs: number
  /** The limit of the main thread's V8 heap, at which it dies. */
  readonly heapLimitBytes: number
  /** The limit of the process tree; `null` when off. */
  readonly memoryLimitBytes: number | null
  /** `NAME=value` in the environment of the backend's processes; `null` without one. */
  readonly marker: string | null
  readonly event: ProfileSet['event']
  /** The secrets that this process knows: functions and files may be named after one. */
  readonly secrets: readonly string[]
  /**
   * Vitals that the main thread shares four times a second while it is responsive: `VITALS` 64-bit floating
   * point numbers.
   */
  readonly vitals: SharedArrayBuffer
  /** One 32-bit integer: 1 while the thread is connected to the main thread's inspector. */
  readonly attached: SharedArrayBuffer
  /** One 32-bit integer, see `MainThreadPause`. */
  readonly released: SharedArrayBuffer
}

/** A command to the thread. */
export type ProfilerCommand =
  /** Take the last profiles, then report `finished`. */
  | 'finish'
  /** Disconnect from the inspector, as the process is about to exit. */
  | 'leave'
  /** Main's reading of the whole tree's memory: the thread itself can read it only on Linux. */
  | { readonly treeRssBytes: number }

/** A report from the thread. */
export type ProfilerReport =
  /** The main thread's allocations are sampled from here on. */
  | { readonly type: 'started' }
  | { readonly type: 'written' }
  | { readonly type: 'warning'; readonly message: string }
  | { readonly type: 'finished' }
  | ({ readonly type: 'cost' } & ThreadCost)

/** The cost of the thread. */
export interface ThreadCost {
  /** CPU time since its start, in milliseconds. */
  readonly cpuMs: number
  /** The time of the reading: monotonic, in milliseconds. */
  readonly atMs: number
  /** Its V8 heap and its memory outside of it, in bytes. */
  readonly memoryBytes: number
}

/** Interval of the reports, Datadog's own resolution. */
export const COST_MS = 10_000

export const VITALS_MS = 1_000

/** Indices into `vitals`. */
export const VITALS = { beats: 0, usedBytes: 1, smallObjectBytes: 2, length: 3 } as const
