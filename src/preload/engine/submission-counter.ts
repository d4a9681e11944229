/** Assumed number of missed jobs when it is unknown. */
const ANY_NUMBER = 12

/**
 * Counts submitted jobs by the engine's `status` frames: one is sent at every change of the queue, so each
 * rise of the remaining jobs is one job more. It finds jobs that came and went between two requests. Pure.
 */
export class SubmissionCounter {
  #remaining: number | null = null
  #submitted = 0
  #hasGap = true
  #atLook = { submitted: 0, hasGap: true }
  /** The number of jobs seen when all were last known. */
  #base = 0

  /** Restarts the count, as frames may have been lost: what was submitted before the next one is unknown. */
  restart(): void {
    this.#remaining = null
    this.#hasGap = true
    this.#atLook = { ...this.#atLook, hasGap: true }
  }

  /** @param count the number in a `status` frame: jobs that wait and run */
  remaining(count: number): void {
    if (this.#remaining !== null && count > this.#remaining) this.#submitted += count - this.#remaining
    this.#remaining = count
  }

  /** Begins a request about the engine's jobs: what is announced from here on may be too late for it. */
  look(): void {
    this.#atLook = { submitted: this.#submitted, hasGap: this.#hasGap }
    this.#hasGap = false
  }

  /**
   * The largest number of jobs that were submitted before the request and not seen by it.
   * @param seen jobs seen in all, by this request too
   */
  unseen(seen: number): number {
    if (this.#atLook.hasGap) return ANY_NUMBER
    return Math.max(0, this.#atLook.submitted - (seen - this.#base))
  }

  /** Notes that all jobs submitted before the request are known. */
  settle(seen: number): void {
    this.#submitted -= this.#atLook.submitted
    this.#base = seen
    this.#atLook = { submitted: 0, hasGap: false }
  }

  /** Notes that the request failed. */
  giveUp(): void {
    this.#hasGap ||= this.#atLook.hasGap
  }
}
