/**
 * Interval at which the loop is measured, in milliseconds: shorter delays may go unseen, and ten measurements
 * a second cost nothing.
 */
const LOOK_MS = 100

/**
 * Measures how long this thread's event loop is blocked. `monitorEventLoopDelay` does not do: it misses a
 * delay that begins right after a reset.
 */
export class EventLoopDelay {
  #lookedAt = performance.now()
  #longestMs = 0

  constructor() {
    setInterval(() => this.#look(), LOOK_MS).unref()
  }

  /** Returns the longest delay since the last call, in milliseconds. */
  takeLongest(): number {
    this.#look()
    const longestMs = this.#longestMs
    this.#longestMs = 0
    return longestMs
  }

  #look(): void {
    const now = performance.now()
    this.#longestMs = Math.max(this.#longestMs, now - this.#lookedAt - LOOK_MS)
    this.#lookedAt = now
  }
}
