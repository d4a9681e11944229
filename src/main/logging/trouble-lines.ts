/** Trouble that comes and goes is told of so many times within this time, in milliseconds; then as it is when that is over. */
const MAX_LINES = 4
const WINDOW_MS = 10 * 60_000

/** Tells when something fails and when it works again: each change, but never a flood of them. */
export class TroubleLines {
  #failure: string | null = null
  #isTold = false
  #toldAt: number[] = []
  #later: NodeJS.Timeout | null = null

  /** @param tell says why it fails, `null` when it works again */
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
    if ((this.#failure !== null) === this.#isTold) return
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
    this.#isTold = this.#failure !== null
    this.tell(this.#failure)
  }
}
