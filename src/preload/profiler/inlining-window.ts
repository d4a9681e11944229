import type { HeapProfile, HeapSampler } from './heap-sampler'
import { attributeInlined, type Window } from './inlined'

type Profile = HeapProfile['profile']

/**
 * Longest time without inlining, in milliseconds: code runs slower, and a heap that stays nearly full must
 * not be slow for ever.
 */
const MAX_OPEN_MS = 60_000

/** Disables inlining near a death, so that each allocation is attributed to the function that makes it. */
export class InliningWindow {
  /** The current opening; `null` if there is none. */
  #opened: object | null = null
  #before: Profile | null = null
  #during: Profile | null = null
  #closesAt: number | null = null

  /** `now` is monotonic, in milliseconds. */
  constructor(
    private readonly heap: Pick<HeapSampler, 'endInlining' | 'allowInlining' | 'profile'>,
    private readonly now: () => number,
  ) {}

  /**
   * Opens the window right after the first profile of a nearly full heap: from then on nothing is inlined.
   */
  async open(asked: Promise<Profile>): Promise<void> {
    if (this.#opened) return
    const opened = {}
    this.#opened = opened
    this.#closesAt = this.now() + MAX_OPEN_MS
    const ended = this.heap.endInlining()
    ended.catch(() => {})
    const before = await asked
    if (this.#opened === opened) this.#before = before
    await ended
  }

  /** Corrects a near-death profile to what it would be without inlining. */
  correct(profile: Profile): Profile {
    if (this.#closesAt !== null && this.#before && profile !== this.#before) this.#during = profile
    const window = this.#window()
    return window ? attributeInlined(profile, window) : profile
  }

  /** Handles each reading of the heap. */
  async look(): Promise<void> {
    if (this.#closesAt === null || this.now() < this.#closesAt) return
    this.#closesAt = null
    // Each profile pauses the main thread: one that was taken meanwhile will do.
    this.#during ??= (await this.heap.profile()).profile
    await this.heap.allowInlining()
  }

  /** Resets the window: the heap is no longer nearly full. */
  async reset(): Promise<void> {
    const isOpen = this.#closesAt !== null
    this.#opened = null
    this.#before = null
    this.#during = null
    this.#closesAt = null
    if (isOpen) await this.heap.allowInlining()
  }

  #window(): Window | null {
    return this.#before && this.#during ? { before: this.#before, during: this.#during } : null
  }
}
