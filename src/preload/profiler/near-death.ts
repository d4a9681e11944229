import type { HeapSample } from '../../profile-set'

/**
 * When a heap profile is worth its pause, as the heap fills: pure, so that every course of a heap can be tried.
 * All sizes as shares of the limit, 0 to 1.
 */

/** Below this nothing is near. */
export const NEAR = 0.7
/** From here on a death is likely, and a long pause is worth it. */
const CLOSE = 0.85
/** How much more must be in use for the next profile: where a pause is short, and where it is long. */
const STEP = 0.02
const LONG_STEP = 0.05
/** Falling so far below the last profile starts the marks again: a garbage collection, or a job that ended. */
const RESET = 0.15
/** In milliseconds. */
const LONG_PAUSE_MS = 50

/** Counts the marks of one heap, or of one process tree. */
export class NearDeathMarks {
  /** Whether a death is likely at this share: then it is worth slower code to know who allocates. */
  static isClose(share: number): boolean {
    return share >= CLOSE
  }

  #last = 0

  /** Whether a profile is due at this share, when it would pause the main thread for `pauseMs`. It counts as taken. */
  due(share: number, pauseMs: number): boolean {
    if (share < this.#last - RESET) this.#last = 0
    const long = pauseMs > LONG_PAUSE_MS
    if (share < (long ? CLOSE : NEAR)) return false
    const entersClose = share >= CLOSE && this.#last < CLOSE
    if (!entersClose && this.#last !== 0 && share < this.#last + (long ? LONG_STEP : STEP)) return false
    this.#last = share
    return true
  }
}

/** In milliseconds. */
const SOON_MS = 500

/** Whether the heap is full in a moment, at the speed it has been filling since `before`. */
export function fillsSoon(before: HeapSample | null, now: HeapSample): boolean {
  if (!before || now.usedBytes <= before.usedBytes) return false
  const bytesPerMs = (now.usedBytes - before.usedBytes) / (now.at - before.at)
  return (now.limitBytes - now.usedBytes) / bytesPerMs < SOON_MS
}

/** What V8 fills at most, in bytes per millisecond: a heap is looked at so often that it cannot pass unseen. */
const FASTEST_GROWTH = 1_000_000
const LOOKS = 8
const MIN_INTERVAL_MS = 10
const MAX_INTERVAL_MS = 250

/** How long the next look at the heap may be away, in milliseconds; the closer the end, the shorter. */
export function lookInterval(usedBytes: number, limitBytes: number): number {
  const left = Math.max(0, limitBytes - usedBytes)
  return Math.min(MAX_INTERVAL_MS, Math.max(MIN_INTERVAL_MS, left / FASTEST_GROWTH / LOOKS))
}
