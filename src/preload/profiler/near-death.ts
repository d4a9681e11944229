import type { HeapSample } from '../../common/protocol/profile-set'

/**
 * Decides when a heap profile is worth its pause as the heap fills: pure, so that every course of a heap can
 * be tested. All sizes as shares of the limit, 0 to 1.
 */

/** Below this nothing is near. */
const NEAR = 0.7
/** From here on a death is likely, and a long pause is worth it. */
export const CLOSE = 0.85
/** The same for a heap that is about to be full. */
const SOON_NEAR = 0.6
const SOON_CLOSE = 0.75
/** Growth needed for the next profile, by how long one pauses the main thread. */
const STEP = 0.02
const LONG_STEP = 0.05
const GREAT_STEP = 0.08
/** Fall below the last profile that starts the marks again: a garbage collection, or a job that ended. */
const RESET = 0.15
/** A long pause, in milliseconds. */
const LONG_PAUSE_MS = 50
/**
 * A great pause, in milliseconds. A heap of 4 GB takes several seconds: profiles at each mark would double
 * the time in which it dies.
 */
export const GREAT_PAUSE_MS = 500

/** Counts the marks of one heap, or of one process tree. */
export class NearDeathMarks {
  #last = 0

  /**
   * True if a profile is due at this share, when it would pause the main thread for `pauseMs`. It counts as
   * taken.
   * @param soon true if the heap is about to be full
   */
  due(share: number, pauseMs: number, soon = false): boolean {
    if (share < this.#last - RESET) this.#last = 0
    const long = pauseMs > LONG_PAUSE_MS
    const near = soon ? SOON_NEAR : NEAR
    const close = soon ? SOON_CLOSE : CLOSE
    if (share < (long ? close : near)) return false
    const entersClose = share >= CLOSE && this.#last < CLOSE
    if (!entersClose && this.#last !== 0 && share < this.#last + stepFor(pauseMs)) return false
    this.#last = share
    return true
  }

  /** Notes a profile taken at this share, due or not. */
  took(share: number): void {
    this.#last = Math.max(this.#last, share)
  }
}

/** The growth needed for the next profile, by how long one pauses the main thread. */
export function stepFor(pauseMs: number): number {
  if (pauseMs > GREAT_PAUSE_MS) return GREAT_STEP
  return pauseMs > LONG_PAUSE_MS ? LONG_STEP : STEP
}

/** Time in which a heap about to be full fills, in milliseconds. */
const SOON_MS = 500

/**
 * True if the heap is about to be full, at the speed it has been filling since `before`; `null` at the first
 * reading.
 */
export function fillsSoon(before: HeapSample | null, now: HeapSample): boolean {
  if (!before) return now.usedBytes >= now.limitBytes * NEAR
  if (now.usedBytes <= before.usedBytes) return false
  const bytesPerMs = (now.usedBytes - before.usedBytes) / (now.at - before.at)
  return (now.limitBytes - now.usedBytes) / bytesPerMs < SOON_MS
}

/** Share of the heap below which, after the collection that a profile makes, it was not really filling. */
const FALSE_ALARM = 0.5
const FALSE_ALARMS = 3
/** Window of the false alarms, in milliseconds. */
const FALSE_ALARMS_WINDOW_MS = 60_000

/**
 * Filters false alarms: a heap that is filled and emptied all the time seems about to be full again and
 * again, and is believed only a few times.
 */
export class FalseAlarmFilter {
  #false: number[] = []

  /** True if an alarm is to be believed; `now` is monotonic, in milliseconds. */
  isBelieved(now: number): boolean {
    this.#false = this.#false.filter((at) => now - at < FALSE_ALARMS_WINDOW_MS)
    return this.#false.length < FALSE_ALARMS
  }

  /**
   * @param liveShare what was left in use
   * @returns true if the alarm was false
   */
  wasFalse(liveShare: number, now: number): boolean {
    if (liveShare >= FALSE_ALARM) return false
    this.#false.push(now)
    return true
  }
}

/**
 * The fastest that V8 fills a heap, in bytes per millisecond: readings are frequent enough not to miss that.
 */
const FASTEST_GROWTH = 1_000_000
const LOOKS = 8
const MIN_INTERVAL_MS = 10
const MAX_INTERVAL_MS = 250

/** When the heap is full at the earliest, in milliseconds. */
export function fullInMs(usedBytes: number, limitBytes: number): number {
  return Math.max(0, limitBytes - usedBytes) / FASTEST_GROWTH
}

/** How long the next look at the heap may be away, in milliseconds; the closer the end, the shorter. */
export function lookInterval(usedBytes: number, limitBytes: number): number {
  return Math.min(MAX_INTERVAL_MS, Math.max(MIN_INTERVAL_MS, fullInMs(usedBytes, limitBytes) / LOOKS))
}
