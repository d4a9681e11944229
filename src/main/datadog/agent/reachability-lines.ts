/** An Agent that comes and goes is told of so many times within this time, in milliseconds; then as it is when that is over. */
const MAX_LINES = 4
const WINDOW_MS = 10 * 60_000

/** Tells when something does not reach the Agent and when it does again: each change, but never a flood of them. */
export class ReachabilityLines {
  #failure: string | null = null
  #isToldAway = false
  #toldAt: number[] = []
  #later: NodeJS.Timeout | null = null

  /** @param tell says why it does not, `null` when it does again */
  constructor(private readonly tell: (failure: string | null) => void) {}

  /** How it is now. */
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
