/** A set of characters, as a pattern of one character names it; asked without a regular expression for those of ASCII. */
export class CharSet {
  readonly #ascii = new Uint8Array(128)
  readonly #pattern: RegExp

  constructor(pattern: RegExp) {
    this.#pattern = pattern
    for (let code = 0; code < 128; code++) this.#ascii[code] = pattern.test(String.fromCharCode(code)) ? 1 : 0
  }

  /** @param code a UTF-16 code unit */
  has(code: number): boolean {
    return code < 128 ? this.#ascii[code] === 1 : this.#pattern.test(String.fromCharCode(code))
  }

  /** The index of the first of them from an index on; the end of the text, or `end` if that is before, where there is none. */
  firstIn(text: string, from: number, end = text.length): number {
    const limit = Math.min(end, text.length)
    let at = from
    while (at < limit && !this.has(text.charCodeAt(at))) at++
    return at
  }
}
