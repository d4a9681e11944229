/** The first lines of a start are some dozens. */
const MAX_LINES = 200

/** Keeps lines until somebody takes them: the log is there before the way out that its lines take. */
export class EarlyLines {
  #lines: string[] = []
  #take: ((line: string) => void) | null = null

  take(line: string): void {
    if (this.#take) this.#take(line)
    else if (this.#lines.length < MAX_LINES) this.#lines.push(line)
  }

  /** From now on each line goes there, the early ones first. */
  open(take: (line: string) => void): void {
    this.#take = take
    for (const line of this.#lines.splice(0)) take(line)
  }
}
