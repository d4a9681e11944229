import type { HeapSample } from '../../common/protocol/profile-set'

/**
 * Most samples: about the last half minute of a heap that fills slowly, or the last seconds of one that fills
 * fast.
 */
const MAX_SAMPLES = 240
/** Shortest interval of samples kept, in milliseconds. */
const SPACING_MS = 100
/** Most recent samples, however close, and the interval needed to measure growth, in milliseconds. */
const MAX_RECENT = 8
const APART_MS = 20

/** The history of the heap, kept for an incident. Bounded. */
export class HeapHistory {
  #samples: HeapSample[] = []
  #recent: HeapSample[] = []

  add(sample: HeapSample): void {
    this.#recent = [...this.#recent, sample].slice(-MAX_RECENT)
    const last = this.#samples.at(-1)
    if (last && sample.at - last.at < SPACING_MS) return
    this.#samples.push(sample)
    if (this.#samples.length > MAX_SAMPLES) this.#samples.shift()
  }

  /** The newest sample that is old enough to measure how fast the heap fills; `null` if there is none. */
  before(sample: HeapSample): HeapSample | null {
    const isApart = ({ at }: HeapSample) => sample.at - at >= APART_MS
    return this.#recent.findLast(isApart) ?? this.#samples.findLast(isApart) ?? null
  }

  /** The history, oldest first, including the given sample even if it comes right after another. */
  with(sample: HeapSample): HeapSample[] {
    return this.#samples.at(-1) === sample ? [...this.#samples] : [...this.#samples, sample]
  }
}
