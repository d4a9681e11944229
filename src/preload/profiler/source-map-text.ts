const QUOTE = 0x22
const ESCAPE = 0x5c
const COLON = 0x3a
const COMMA = 0x2c
const OPENING: ReadonlySet<number> = new Set([0x5b, 0x7b])
const CLOSING: ReadonlySet<number> = new Set([0x5d, 0x7d])
const SPACE = 0x20
const DROPPED = Buffer.from('sourcesContent')
const NOTHING = Buffer.from('null')

/**
 * The JSON of a source map without the sources themselves, which are most of it: a map of 30 MB is never in
 * memory as a whole. Invalid JSON stays invalid.
 * @param maxBytes of what is left
 * @throws if more is left
 */
export async function readWithoutSources(
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  maxBytes: number,
): Promise<string> {
  const filter = new Filter()
  const kept: Buffer[] = []
  let bytes = 0
  for await (const chunk of chunks) {
    for (const piece of filter.keep(chunk)) {
      kept.push(piece)
      bytes += piece.length
      if (bytes > maxBytes) throw new Error('the source map is too large')
    }
  }
  return Buffer.concat(kept).toString()
}

/** Removes the value of each `sourcesContent`, at any depth: an index map has one in each of its sections. */
class Filter {
  #isInString = false
  #isEscaped = false
  /** The number of matching characters of the current string; `null` if it is another. */
  #matched: number | null = null
  /** True if the last string matches: a colon makes it a key. */
  #mayBeKey = false
  /** The depth of brackets within the removed value; `null` outside. */
  #droppedDepth: number | null = null

  /** Returns the rest of a chunk. */
  keep(chunk: Buffer): Buffer[] {
    const kept: Buffer[] = []
    let from = 0
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0
      if (this.#isInString) this.#inString(byte)
      else if (this.#droppedDepth !== null) {
        if (!this.#endsDropped(byte)) continue
        this.#droppedDepth = null
        from = at
      } else if (byte === QUOTE) {
        this.#isInString = true
        this.#matched = 0
      } else if (byte === COLON && this.#mayBeKey) {
        kept.push(chunk.subarray(from, at + 1), NOTHING)
        this.#mayBeKey = false
        this.#droppedDepth = 0
      } else if (byte > SPACE) this.#mayBeKey = false
    }
    if (this.#droppedDepth === null) kept.push(chunk.subarray(from))
    return kept
  }

  #inString(byte: number): void {
    if (this.#isEscaped) this.#isEscaped = false
    else if (byte === ESCAPE) {
      this.#isEscaped = true
      this.#matched = null
    } else if (byte === QUOTE) {
      this.#isInString = false
      this.#mayBeKey = this.#droppedDepth === null && this.#matched === DROPPED.length
      return
    }
    if (this.#matched !== null) this.#matched = DROPPED[this.#matched] === byte ? this.#matched + 1 : null
  }

  /** True if this byte ends the removed value. */
  #endsDropped(byte: number): boolean {
    const depth = this.#droppedDepth ?? 0
    if (byte === QUOTE) this.#isInString = true
    else if (OPENING.has(byte)) this.#droppedDepth = depth + 1
    else if (CLOSING.has(byte)) {
      if (depth === 0) return true
      this.#droppedDepth = depth - 1
    } else if (byte === COMMA) return depth === 0
    return false
  }
}
