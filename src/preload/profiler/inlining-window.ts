import type { HeapProfile, HeapSampler } from './heap-sampler'
import { attributeInlined, type Window } from './inlined'

type Profile = HeapProfile['profile']

/** Code runs slower meanwhile: a heap that stays nearly full must not be slow for ever. In milliseconds. */
const MAX_OPEN_MS = 60_000

/** Near a death: finds out what V8 had inlined, so that each allocation counts for the function that makes it. */
export class InliningWindow {
  /** One opening; `null` while there is none. */
  #opened: object | null = null
  #before: Profile | null = null
  #during: Profile | null = null
  #closesAt: number | null = null

  /** `now` is monotonic, in milliseconds. */
  constructor(
    private readonly heap: Pick<HeapSampler, 'endInlining' | 'allowInlining' | 'profile'>,
    private readonly now: () => number,
  ) {}

  /** Right behind the first profile of a heap that is nearly full: from then on nothing is inlined. */
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

  /** A profile near a death, as it would be without inlining. */
  correct(profile: Profile): Profile {
    if (this.#closesAt !== null && this.#before && profile !== this.#before) this.#during = profile
    const window = this.#window()
    return window ? attributeInlined(profile, window) : profile
  }

  /** After each look at the heap. */
  async look(): Promise<void> {
    if (this.#closesAt === null || this.now() < this.#closesAt) return
    this.#closesAt = null
    // Each profile stops the main thread: one that was taken meanwhile will do.
    this.#during ??= (await this.heap.profile()).profile
    await this.heap.allowInlining()
  }

  /** The heap is no longer nearly full. */
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
