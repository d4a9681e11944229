import { predict } from './line'

/** Jobs until there is a line to speak of, and jobs that count. */
const MIN_JOBS = 5
const JOBS_KEPT = 20
/** The jobs to come that are to find room. */
const NEXT_JOBS = 3
/** Growth that is no leak, in bytes: a resident set wavers by as much. */
const NOISE = 16 * 2 ** 20

/** Watches what the jobs of one engine leave behind, and says when the next ones will not fit: pure. Sizes in bytes. */
export class LeakWatch {
  #jobs = 0
  #held: { readonly x: number; readonly y: number }[] = []
  #needs: number[] = []

  /** A job has ended that needed so much above what was held when it began. */
  jobEnded(neededBytes: number): void {
    this.#jobs += 1
    this.#needs = [...this.#needs, neededBytes].slice(-JOBS_KEPT)
  }

  /** The memory that the engine holds after it, once it has freed what it frees. */
  jobLeft(heldBytes: number): void {
    this.#held = [...this.#held, { x: this.#jobs, y: heldBytes }].slice(-JOBS_KEPT)
  }

  engineEnded(): void {
    this.#jobs = 0
    this.#held = []
    this.#needs = []
  }

  /**
   * Tells whether the next jobs will not fit, by the line through what the others have left, and would in a new engine.
   * @param freeBytes of the memory, now
   * @param leftBytes that earlier jobs have left in the engine
   */
  willNotFit({ freeBytes, leftBytes }: { readonly freeBytes: number; readonly leftBytes: number }): boolean {
    const last = this.#held.at(-1)
    if (this.#held.length < MIN_JOBS || !last) return false
    const line = predict(this.#held, last.x + NEXT_JOBS)
    // It grows, whatever the line is off by.
    if (!line || line.value - line.error < last.y + NOISE) return false
    const need = Math.max(...this.#needs)
    const grows = line.value - last.y
    return need + grows > freeBytes && need + grows <= freeBytes + leftBytes
  }
}
