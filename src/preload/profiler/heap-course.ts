import type { HeapSample } from '../../profile-set'

/** About the last half minute of a heap that fills slowly, or the last seconds of one that fills fast. */
const MAX_SAMPLES = 240
/** Closer looks than this are not kept, in milliseconds. */
const SPACING_MS = 100

/** The course of the heap, kept for what comes after a death. Bounded. */
export class HeapCourse {
  #samples: HeapSample[] = []

  add(sample: HeapSample): void {
    const last = this.#samples.at(-1)
    if (last && sample.at - last.at < SPACING_MS) return
    this.#samples.push(sample)
    if (this.#samples.length > MAX_SAMPLES) this.#samples.shift()
  }

  /** The newest look that is old enough to tell how fast the heap fills; `null` when there is none. */
  before(sample: HeapSample): HeapSample | null {
    return this.#samples.findLast(({ at }) => sample.at - at >= SPACING_MS / 2) ?? null
  }

  /** Oldest first, the present look included even where it comes right after another. */
  with(sample: HeapSample): HeapSample[] {
    return this.#samples.at(-1) === sample ? [...this.#samples] : [...this.#samples, sample]
  }
}
