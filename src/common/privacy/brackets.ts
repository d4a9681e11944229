/** So many groups are remembered; then the walk begins anew, which is less work than they were. */
const MAX_KEPT = 65_536

/** Finds where groups in brackets end, in one walk through a text: of many that do not end each would be read for itself. */
export class Brackets {
  #text = ''
  #at = 0
  #from = 0
  /** The indices of those that are open, outermost first. */
  #open: number[] = []
  /** The index behind each group that has ended, by where it begins. */
  #ends = new Map<number, number>()

  /**
   * The index behind the group that begins at an index, brackets of all kinds alike; `null` where it has no end within `limit` characters.
   * It takes least time where indices grow.
   */
  endOf(text: string, at: number, limit: number): number | null {
    if (at < this.#from || at > this.#at || this.#ends.size > MAX_KEPT || this.#text !== text)
      this.#begin(text, at)
    this.#readTo(Math.min(text.length, at + limit))
    const end = this.#ends.get(at)
    return end === undefined || end - at > limit ? null : end
  }

  #begin(text: string, at: number): void {
    this.#text = text
    this.#at = at
    this.#from = at
    this.#open = []
    this.#ends = new Map()
  }

  #readTo(limit: number): void {
    for (; this.#at < limit; this.#at++) {
      const code = this.#text.charCodeAt(this.#at)
      if (code === 91 || code === 123 || code === 40) this.#open.push(this.#at)
      else if (code === 93 || code === 125 || code === 41) {
        const began = this.#open.pop()
        if (began !== undefined) this.#ends.set(began, this.#at + 1)
      }
    }
  }
}
