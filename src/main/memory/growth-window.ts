import { median, type Point, theilSenSlope } from './theil-sen'

/** Number of parts of a window whose floors are compared. */
const PARTS = 6
/** Number of parts whose floors give the slope: short ones, but garbage is collected in each. */
const SLOPE_PARTS = 12
/**
 * Smallest part of the whole rise for a part to take part in it, and how many must: otherwise it is a step,
 * or a model that was loaded.
 */
const LEAST_OF_A_PART = 0.1
const RISING_PARTS = 4
/** Largest fall of the floor, as a share of the whole rise: more means that memory was released. */
const FALL = 0.1
/**
 * Smallest rise of the last two parts, as a share of the largest of any two in a row: a filling cache slows
 * down.
 */
const STEADY = 0.7
/** Smallest rise, in bytes and as a share of the floor. */
const MIN_RISE_BYTES = 8 * 2 ** 20
const MIN_RISE_SHARE = 0.02

export interface Bucket {
  /** The middle of the bucket's time, in milliseconds of running time. */
  readonly at: number
  readonly low: number
  readonly high: number
}

export interface Rise {
  readonly bytesPerSecond: number
  /** The recent peak: it is what reaches a limit. */
  readonly peakBytes: number
}

/**
 * The samples of a sliding window, in buckets of `bucketMs`: garbage is collected within one, and its floor
 * is what stays.
 */
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

  /** The buckets, oldest first. */
  get buckets(): readonly Bucket[] {
    return this.#buckets
  }

  /**
   * Adds a sample.
   * @returns true if it completed a bucket
   */
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

/** The rate at which the floor of memory rises steadily; `null` for any other course. */
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
 * The usual rise of the floor from one part of `partMs` milliseconds to the next, in bytes per second: single
 * steps, up or down, do not change it. `null` with fewer than two parts.
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

/** @param count not more than the number of buckets */
function partsOf(buckets: readonly Bucket[], count: number): (readonly Bucket[])[] {
  const at = (part: number) => Math.round((part * buckets.length) / count)
  return Array.from({ length: count }, (_, part) => buckets.slice(at(part), at(part + 1)))
}

/** The floor as a point in seconds and bytes. */
function floorOf(buckets: readonly Bucket[]): Point {
  const lowest = buckets.reduce((one, other) => (other.low < one.low ? other : one))
  return { x: lowest.at / 1_000, y: lowest.low }
}

function differences(values: readonly number[]): number[] {
  return values.slice(1).map((value, index) => value - (values[index] ?? value))
}
