import type { HeapSample } from '../../common/protocol/profile-set'
import { HeapHistory } from './heap-history'
import type { HeapProfile, HeapSampler } from './heap-sampler'
import { VITALS_MS } from './messages'
import { GREAT_PAUSE_MS } from './near-death'
import { PauseEstimate } from './pause'

/** Vitals are out of date when the heap has changed by more than this share since. */
const MAX_DRIFT = 0.1

/** Of the main thread's V8 heap, in bytes. */
export interface HeapVitals {
  readonly usedBytes: number
  /** Outside V8's space for large objects. */
  readonly smallObjectBytes: number
}

/** A heap profile, and how full the heap was right before it. */
export interface HeapTake {
  readonly sample: HeapSample
  readonly heap: HeapProfile['profile']
  /** In use right after it: what V8 could not collect. */
  readonly liveBytes: number
}

export interface HeapTakesOptions {
  readonly heap: Pick<HeapSampler, 'usedBytes' | 'profile'>
  readonly heapLimitBytes: number
  /** What the main thread told last: a quarter of a second old at most while it is not stuck. */
  readonly vitals: () => HeapVitals
}

/** Looks at the main thread's heap and profiles it, and remembers its course and how long a profile stops it. */
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

  /** @throws what the inspector answers */
  async look(): Promise<HeapSample> {
    const usedBytes = await this.#options.heap.usedBytes()
    return { at: Date.now(), usedBytes, limitBytes: this.#options.heapLimitBytes }
  }

  /** All is asked for when this returns, and answered in one go. @throws what the inspector answers */
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

  /** How long a profile may stop the main thread with so much in use, in milliseconds: all that came may be small objects. */
  pauseMs(usedBytes: number): number {
    return this.#pause.expect(this.#smallBytes(usedBytes), this.#now())
  }

  /** Whether to take a profile for its pause alone: this heap will soon be larger than any whose pause is known. */
  isOutgrown(usedBytes: number): boolean {
    const vitals = this.#options.vitals()
    const isJustTaken = this.#last !== null && this.#now() - this.#last.at < VITALS_MS
    if (isJustTaken || !isOf(vitals, usedBytes)) return false
    return this.#pause.isOutgrown(this.#smallBytes(usedBytes), this.#now())
  }

  /**
   * For a heap that fills: as the last profile of one as large. Before there is one, by what the main thread
   * told last, which is old in a loop that never yields: that counts where the pause may be great.
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

/** Whether they are of a heap as full as this. */
function isOf(vitals: HeapVitals, usedBytes: number): boolean {
  return Math.abs(usedBytes - vitals.usedBytes) <= MAX_DRIFT * usedBytes
}
