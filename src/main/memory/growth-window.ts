import { median, type Point, theilSenSlope } from './theil-sen'

/** Parts of a window whose floors are compared. */
const PARTS = 6
/** Parts whose floors make the slope: short ones, but garbage is collected in each. */
const SLOPE_PARTS = 12
/** Shares of the whole rise. Most parts must take part in it, or it is a step, or a model that was loaded. */
const LEAST_OF_A_PART = 0.1
const RISING_PARTS = 4
/** Nor may the floor fall by more: that is memory that was given back. */
const FALL = 0.1
/** The last two must rise by this much of what any two in a row did: a cache that fills slows down. */
const STEADY = 0.7
/** A rise is none below this many bytes and this share of the floor. */
const MIN_RISE_BYTES = 8 * 2 ** 20
const MIN_RISE_SHARE = 0.02

export interface Bucket {
  /** The middle of its time, in milliseconds of running time. */
  readonly at: number
  readonly low: number
  readonly high: number
}

export interface Rise {
  readonly bytesPerSecond: number
  /** The highest of late: what a limit is reached with. */
  readonly peakBytes: number
}

/** Samples of a sliding window, a bucket each `bucketMs`: garbage is collected within, and its floor is what stays. */
export class GrowthWindow {
  readonly bucketMs: number
  readonly #size: number
  #buckets: Bucket[] = []
  #open: Bucket | null = null

  constructor(bucketMs: number, size: number) {
    this.bucketMs = bucketMs
    this.#size = size
  }

  get spanMs(): number {
    return this.#size * this.bucketMs
  }

  /** Oldest first. */
  get buckets(): readonly Bucket[] {
    return this.#buckets
  }

  /** Whether a bucket was completed by it. */
  add(at: number, bytes: number): boolean {
    const middle = (Math.floor(at / this.bucketMs) + 0.5) * this.bucketMs
    const open = this.#open
    if (open?.at === middle) {
      this.#open = { at: middle, low: Math.min(open.low, bytes), high: Math.max(open.high, bytes) }
      return false
    }
    if (open) this.#buckets = [...this.#buckets, open].slice(-this.#size)
    this.#open = { at: middle, low: bytes, high: bytes }
    return open !== null
  }
}

/** How fast the floor of memory rises when it does so steadily; `null` for everything else. */
export function steadyRise(buckets: readonly Bucket[]): Rise | null {
  const floors = partsOf(buckets, PARTS).map((part) => floorOf(part).y)
  const rises = differences(floors)
  const [first = 0] = floors
  const whole = (floors.at(-1) ?? 0) - first
  if (whole < Math.max(MIN_RISE_BYTES, first * MIN_RISE_SHARE)) return null
  if (Math.min(...rises) < -whole * FALL) return null
  if (rises.filter((rise) => rise >= whole * LEAST_OF_A_PART).length < RISING_PARTS) return null
  const pairs = rises.slice(1).map((rise, index) => rise + (rises[index] ?? 0))
  if ((pairs.at(-1) ?? 0) < Math.max(...pairs) * STEADY) return null

  const slope = theilSenSlope(partsOf(buckets, SLOPE_PARTS).map(floorOf))
  if (slope === null || slope <= 0) return null
  return {
    bytesPerSecond: slope,
    peakBytes: Math.max(...(partsOf(buckets, PARTS).at(-1) ?? []).map(({ high }) => high)),
  }
}

/**
 * How fast the floor usually rises from one part of so many milliseconds to the next, in bytes per second: single
 * steps, up or down, do not change it. `null` with less than two parts.
 */
export function usualRise(buckets: readonly Bucket[], partMs: number): number | null {
  const floors = new Map<number, number>()
  for (const { at, low } of buckets) {
    const part = Math.floor(at / partMs)
    floors.set(part, Math.min(low, floors.get(part) ?? low))
  }
  const rise = median(differences([...floors.values()]))
  return rise === null ? null : rise / (partMs / 1_000)
}

/** @param count not more than there are buckets */
function partsOf(buckets: readonly Bucket[], count: number): (readonly Bucket[])[] {
  const at = (part: number) => Math.round((part * buckets.length) / count)
  return Array.from({ length: count }, (_, part) => buckets.slice(at(part), at(part + 1)))
}

/** In seconds and bytes. */
function floorOf(buckets: readonly Bucket[]): Point {
  const lowest = buckets.reduce((one, other) => (other.low < one.low ? other : one))
  return { x: lowest.at / 1_000, y: lowest.low }
}

function differences(values: readonly number[]): number[] {
  return values.slice(1).map((value, index) => value - (values[index] ?? value))
}
