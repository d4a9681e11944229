/** How often the loop is looked at, in milliseconds: what is shorter may pass unseen, and ten looks a second cost nothing. */
const LOOK_MS = 100

/**
 * Measures how long the event loop of this thread is held up. Not by `monitorEventLoopDelay`: it forgets a delay that
 * begins right after a reset.
 */
export class EventLoopDelay {
  #lookedAt = performance.now()
  #longestMs = 0

  constructor() {
    setInterval(() => this.#look(), LOOK_MS).unref()
  }

  /** The longest delay since the last call, in milliseconds. */
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
