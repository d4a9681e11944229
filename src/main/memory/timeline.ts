import type { MemorySample } from './memory-sample'

/** One source's figures at one moment, in bytes; left out where unknown. */
export interface MemoryReading {
  /** Wall clock, milliseconds since the epoch. */
  readonly at: number
  readonly treeRssBytes?: number | null
  readonly heapUsedBytes?: number | null
  readonly heapLimitBytes?: number | null
  readonly externalBytes?: number | null
  readonly systemUsedBytes?: number | null
  readonly gpuUsedBytes?: number | null
  readonly gpuTotalBytes?: number | null
}

/** Resolution by time before the end: one sample per `slotMs`. */
const TIERS = [
  { upToMs: 3_000, slotMs: 100 },
  { upToMs: 60_000, slotMs: 1_000 },
  { upToMs: 600_000, slotMs: 8_000 },
] as const
const KEPT_MS = 600_000
/** Most samples that the tiers hold, slots cut in two by their borders included. */
export const MAX_SAMPLES = TIERS.reduce(
  (sum, { upToMs, slotMs }, index) => sum + (upToMs - (TIERS[index - 1]?.upToMs ?? 0)) / slotMs + 2,
  0,
)
/**
 * Time within which readings are merged in the ring: two sources, each four times a second, for ten minutes.
 */
const RING_SLOT_MS = 250
const RING_SIZE = 2 * (KEPT_MS / RING_SLOT_MS)
/**
 * Tolerance for late messages: the backend's clock is the same as ours, but a message may be read a little
 * later.
 */
const LATE_MS = 1_000

/** The last ten minutes of a backend's memory, dense near the end. */
export class MemoryTimeline {
  /** Readings in the order they came. */
  #ring: MemoryReading[] = []

  add(reading: MemoryReading): void {
    const last = this.#ring.at(-1)
    if (last && slotOf(last.at, RING_SLOT_MS) === slotOf(reading.at, RING_SLOT_MS)) {
      this.#ring[this.#ring.length - 1] = merge(last, reading)
      return
    }
    this.#ring.push(reading)
    // Trimmed only now and then: a shift each time would move all of them.
    if (this.#ring.length > RING_SIZE * 1.25) this.#ring = this.#ring.slice(-RING_SIZE)
  }

  /**
   * Up to `MAX_SAMPLES` samples, oldest first. Of several readings in one slot, each figure is the highest:
   * short peaks matter most.
   * @param end wall clock, milliseconds since the epoch: the death, or now
   * @param more readings from elsewhere, such as those that the dying process left in a file; in any order
   */
  samples(end: number, more: readonly MemoryReading[] = []): MemorySample[] {
    const slots = new Map<string, MemoryReading>()
    for (const reading of [...this.#ring, ...more]) {
      const age = Math.max(0, end - reading.at)
      // The wall clock may have been set back meanwhile; and NaN is not before anything.
      if (!(reading.at <= end + LATE_MS)) continue
      const tier = TIERS.findIndex(({ upToMs }) => age < upToMs)
      const slotMs = TIERS[tier]?.slotMs
      if (slotMs === undefined) continue
      const key = `${tier}:${slotOf(age, slotMs)}`
      const known = slots.get(key)
      slots.set(key, known ? merge(known, reading) : reading)
    }
    return [...slots.values()].sort((a, b) => a.at - b.at).map(toSample)
  }
}

function slotOf(ms: number, slotMs: number): number {
  return Math.floor(ms / slotMs)
}

function merge(one: MemoryReading, other: MemoryReading): MemoryReading {
  return {
    at: Math.max(one.at, other.at),
    treeRssBytes: highest(one.treeRssBytes, other.treeRssBytes),
    heapUsedBytes: highest(one.heapUsedBytes, other.heapUsedBytes),
    heapLimitBytes: highest(one.heapLimitBytes, other.heapLimitBytes),
    externalBytes: highest(one.externalBytes, other.externalBytes),
    systemUsedBytes: highest(one.systemUsedBytes, other.systemUsedBytes),
    gpuUsedBytes: highest(one.gpuUsedBytes, other.gpuUsedBytes),
    gpuTotalBytes: highest(one.gpuTotalBytes, other.gpuTotalBytes),
  }
}

function highest(one: number | null | undefined, other: number | null | undefined): number | null {
  return one == null || other == null ? (one ?? other ?? null) : Math.max(one, other)
}

function toSample(reading: MemoryReading): MemorySample {
  return {
    at: new Date(reading.at).toISOString(),
    treeRssBytes: reading.treeRssBytes ?? null,
    heapUsedBytes: reading.heapUsedBytes ?? null,
    heapLimitBytes: reading.heapLimitBytes ?? null,
    externalBytes: reading.externalBytes ?? null,
    systemUsedBytes: reading.systemUsedBytes ?? null,
    gpuUsedBytes: reading.gpuUsedBytes ?? null,
    gpuTotalBytes: reading.gpuTotalBytes ?? null,
  }
}
