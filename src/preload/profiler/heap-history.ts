import type { HeapSample } from '../../common/protocol/profile-set'

/** About the last half minute of a heap that fills slowly, or the last seconds of one that fills fast. */
const MAX_SAMPLES = 240
/** Closer looks than this are not kept, in milliseconds. */
const SPACING_MS = 100
/** The last looks, however close, and how far two must be apart to tell a growth. In milliseconds. */
const MAX_RECENT = 8
const APART_MS = 20

/** The course of the heap, kept for what comes after a death. Bounded. */
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

  /** The newest look that is old enough to tell how fast the heap fills; `null` when there is none. */
  before(sample: HeapSample): HeapSample | null {
    const isApart = ({ at }: HeapSample) => sample.at - at >= APART_MS
    return this.#recent.findLast(isApart) ?? this.#samples.findLast(isApart) ?? null
  }

  /** Oldest first, the present look included even where it comes right after another. */
  with(sample: HeapSample): HeapSample[] {
    return this.#samples.at(-1) === sample ? [...this.#samples] : [...this.#samples, sample]
  }
}
