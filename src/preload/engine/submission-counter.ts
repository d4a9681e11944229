/** How many jobs may have been missed, when nobody can tell. */
const ANY_NUMBER = 12

/**
 * Counts the jobs that were submitted, by the engine's `status` frames: one is sent at every change of the queue, so
 * each rise of what remains is a job more. By it jobs are known that came and went between two looks. Pure.
 */
export class SubmissionCounter {
  #remaining: number | null = null
  #submitted = 0
  #hasGap = true
  #atLook = { submitted: 0, hasGap: true }
  /** How many jobs had been seen when all was known. */
  #base = 0

  /** Frames may have been lost: what was submitted before the next one is not known. */
  restart(): void {
    this.#remaining = null
    this.#hasGap = true
    this.#atLook = { ...this.#atLook, hasGap: true }
  }

  /** @param count what a `status` frame says: jobs that wait and run */
  remaining(count: number): void {
    if (this.#remaining !== null && count > this.#remaining) this.#submitted += count - this.#remaining
    this.#remaining = count
  }

  /** A look at the engine's jobs begins: what is told from here on may be too late for it. */
  look(): void {
    this.#atLook = { submitted: this.#submitted, hasGap: this.#hasGap }
    this.#hasGap = false
  }

  /**
   * How many jobs, at most, were submitted before the look and not seen by it.
   * @param seen jobs seen in all, by this look too
   */
  unseen(seen: number): number {
    if (this.#atLook.hasGap) return ANY_NUMBER
    return Math.max(0, this.#atLook.submitted - (seen - this.#base))
  }

  /** All that was submitted before the look is known. */
  settle(seen: number): void {
    this.#submitted -= this.#atLook.submitted
    this.#base = seen
    this.#atLook = { submitted: 0, hasGap: false }
  }

  /** The look came to nothing. */
  giveUp(): void {
    this.#hasGap ||= this.#atLook.hasGap
  }
}
