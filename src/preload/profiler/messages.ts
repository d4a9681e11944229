import type { ProfileSet } from '../../common/protocol/profile-set'

/** What the thread is started with. Sizes in bytes, times in milliseconds. */
export interface ProfilerConfig {
  /** `<data folder>/profiles`. */
  readonly folder: string
  readonly run: string
  readonly periodMs: number
  /** Of the main thread's V8 heap: where it dies. */
  readonly heapLimitBytes: number
  /** Of the process tree; `null` when off. */
  readonly memoryLimitBytes: number | null
  /** `NAME=value` in the environment of all that belongs to the backend; `null` when there is none. */
  readonly marker: string | null
  readonly event: ProfileSet['event']
  /** What the main thread tells four times a second while it is not stuck: `VITALS` 64-bit floating point numbers. */
  readonly vitals: SharedArrayBuffer
  /** One 32-bit integer: 1 while the thread is connected to the main thread's inspector. */
  readonly attached: SharedArrayBuffer
  /** One 32-bit integer, see `MainThreadPause`. */
  readonly released: SharedArrayBuffer
}

/** To the thread. */
export type ProfilerCommand =
  /** Take the last profiles, then say `finished`. */
  | 'finish'
  /** Let go of the inspector, the process is about to exit. */
  | 'leave'
  /** What main saw of the memory of the whole tree: the thread itself sees that on Linux alone. */
  | { readonly treeRssBytes: number }

/** From the thread. */
export type ProfilerReport =
  /** What the main thread allocates is sampled from here on. */
  | { readonly type: 'started' }
  | { readonly type: 'written' }
  | { readonly type: 'warning'; readonly message: string }
  | { readonly type: 'finished' }
  | ({ readonly type: 'cost' } & ThreadCost)

/** What the thread has cost. */
export interface ThreadCost {
  /** Processor time since its start, in milliseconds. */
  readonly cpuMs: number
  /** When that was: monotonic, in milliseconds. */
  readonly atMs: number
  /** Its V8 heap and what that keeps outside, in bytes. */
  readonly memoryBytes: number
}

/** Datadog's own resolution. */
export const COST_MS = 10_000

export const VITALS_MS = 1_000

/** Places in `vitals`. */
export const VITALS = { beats: 0, usedBytes: 1, smallObjectBytes: 2, length: 3 } as const
