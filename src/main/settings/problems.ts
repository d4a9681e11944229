const MAX_LINES = 20

/** Collects the problems with the settings, a line each, bounded however broken a file is. */
export class Problems {
  readonly #lines: string[] = []
  #count = 0

  /** Adds a line; `line` is called only while there is room. */
  add(line: () => string): void {
    this.#count += 1
    if (this.#lines.length < MAX_LINES) this.#lines.push(line())
  }

  lines(): readonly string[] {
    const more = this.#count - this.#lines.length
    return more === 0 ? [...this.#lines] : [...this.#lines, `settings: and ${more} more problems like these`]
  }
}
