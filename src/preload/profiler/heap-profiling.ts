import type { HeapSample } from '../../common/protocol/profile-set'
import { HeapHistory } from './heap-history'
import type { HeapProfile, HeapSampler } from './heap-sampler'
import { VITALS_MS } from './messages'
import { GREAT_PAUSE_MS } from './near-death'
import { PauseEstimate } from './pause'

/** Change of the heap, as a share, after which vitals are out of date. */
const MAX_DRIFT = 0.1

/** The size of the main thread's V8 heap, in bytes. */
export interface HeapVitals {
  readonly usedBytes: number
  /** Bytes outside V8's space for large objects. */
  readonly smallObjectBytes: number
}

/** A heap profile, and the size of the heap right before it. */
export interface HeapTake {
  readonly sample: HeapSample
  readonly heap: HeapProfile['profile']
  /** Bytes in use right after it, which V8 could not collect. */
  readonly liveBytes: number
}

export interface HeapTakesOptions {
  readonly heap: Pick<HeapSampler, 'usedBytes' | 'profile'>
  readonly heapLimitBytes: number
  /** The main thread's last vitals: at most a quarter of a second old while it is responsive. */
  readonly vitals: () => HeapVitals
}

/**
 * Measures and profiles the main thread's heap, and remembers its history and how long a profile pauses it.
 */
export class HeapProfiling {
  readonly course = new HeapHistory()
  readonly #options: HeapTakesOptions
  readonly #now: () => number
  readonly #pause: PauseEstimate
  #last: { readonly usedBytes: number; readonly pauseMs: number; readonly at: number } | null = null

  /** `now` is monotonic, in milliseconds. */
  constructor(options: HeapTakesOptions, now = () => performance.now()) {
    this.#options = options
    this.#now = now
    this.#pause = new PauseEstimate(now())
  }

  /**
   * Reads the heap.
   * @throws the inspector's error
   */
  async look(): Promise<HeapSample> {
    const usedBytes = await this.#options.heap.usedBytes()
    return { at: Date.now(), usedBytes, limitBytes: this.#options.heapLimitBytes }
  }

  /**
   * Takes a profile; all requests have been sent when this returns, and are served in one go.
   * @throws the inspector's error
   */
  async take(): Promise<HeapTake> {
    const { heap, vitals: told } = this.#options
    const before = this.look()
    const taken = heap.profile()
    const after = heap.usedBytes()
    for (const answer of [taken, after]) answer.catch(() => {})
    const vitals = told()
    const sample = await before
    this.course.add(sample)
    const { profile, pauseMs } = await taken
    this.#last = { usedBytes: sample.usedBytes, pauseMs, at: this.#now() }
    if (isOf(vitals, sample.usedBytes)) this.#pause.record(pauseMs, vitals.smallObjectBytes, this.#now())
    return { sample, heap: profile, liveBytes: await after }
  }

  /**
   * The longest pause of the main thread for a profile of this size, in milliseconds: all growth may be small
   * objects.
   */
  pauseMs(usedBytes: number): number {
    return this.#pause.expect(this.#smallBytes(usedBytes), this.#now())
  }

  /**
   * True if a profile is needed just for its pause: this heap will soon be larger than any whose pause is
   * known.
   */
  isOutgrown(usedBytes: number): boolean {
    const vitals = this.#options.vitals()
    const isJustTaken = this.#last !== null && this.#now() - this.#last.at < VITALS_MS
    if (isJustTaken || !isOf(vitals, usedBytes)) return false
    return this.#pause.isOutgrown(this.#smallBytes(usedBytes), this.#now())
  }

  /**
   * The expected pause for a filling heap: that of the last profile of one as large. Without one, it is
   * estimated by the last vitals, which are old in a loop that never yields: that matters if the pause may be
   * great.
   */
  nearPauseMs(usedBytes: number): number {
    const last = this.#last
    if (last && last.usedBytes >= usedBytes / 2) return last.pauseMs
    const pauseMs = this.#pause.predict(this.#smallBytes(usedBytes))
    return pauseMs > GREAT_PAUSE_MS ? pauseMs : this.#pause.predict(this.#options.vitals().smallObjectBytes)
  }

  #smallBytes(usedBytes: number): number {
    const vitals = this.#options.vitals()
    return vitals.smallObjectBytes + Math.max(0, usedBytes - vitals.usedBytes)
  }
}

/** True if the vitals are of a heap of about this size. */
function isOf(vitals: HeapVitals, usedBytes: number): boolean {
  return Math.abs(usedBytes - vitals.usedBytes) <= MAX_DRIFT * usedBytes
}
