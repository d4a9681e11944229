/** Time for a backend's entry to be loaded, in milliseconds, from when on it is told that it has not been. */
export const LOAD_MS = 30_000
/** Longest time between two checks that counts, in milliseconds: the computer slept through the rest. */
const LONGEST_STEP_MS = 5_000

/** Notices an entry that is never done loading, as one that waits for ever at its top level; with a clock in milliseconds passed in. */
export class LoadWatch {
  #checkedAt: number
  #awakeMs = 0
  #isOver = false

  constructor(now: number) {
    this.#checkedAt = now
  }

  /** It has been loaded, or is gone. */
  end(): void {
    this.#isOver = true
  }

  /** Call it about once a second. @returns true once, when it has taken too long */
  check(now: number): boolean {
    this.#awakeMs += Math.min(now - this.#checkedAt, LONGEST_STEP_MS)
    this.#checkedAt = now
    if (this.#isOver || this.#awakeMs < LOAD_MS) return false
    this.#isOver = true
    return true
  }
}
