/**
 * Most reports within a window, in milliseconds, about an Agent that comes and goes; the next follows when
 * the window has passed, with the state at that time.
 */
const MAX_LINES = 4
const WINDOW_MS = 10 * 60_000

/**
 * Reports when something does not reach the Agent and when it does again: each change, but never a flood of
 * them.
 */
export class ReachabilityLines {
  #failure: string | null = null
  #isToldAway = false
  #toldAt: number[] = []
  #later: NodeJS.Timeout | null = null

  /** @param tell gets the reason, `null` when the Agent is reached again */
  constructor(private readonly tell: (failure: string | null) => void) {}

  /** Sets the current state. */
  is(failure: string | null): void {
    this.#failure = failure
    if (!this.#later) this.#tellNews()
  }

  stop(): void {
    if (this.#later) clearTimeout(this.#later)
  }

  #tellNews(): void {
    if ((this.#failure !== null) === this.#isToldAway) return
    const now = performance.now()
    this.#toldAt = this.#toldAt.filter((at) => now - at < WINDOW_MS)
    const [oldest] = this.#toldAt
    if (oldest !== undefined && this.#toldAt.length >= MAX_LINES) {
      this.#later = setTimeout(
        () => {
          this.#later = null
          this.#tellNews()
        },
        oldest + WINDOW_MS - now,
      ).unref()
      return
    }
    this.#toldAt.push(now)
    this.#isToldAway = this.#failure !== null
    this.tell(this.#failure)
  }
}
