/** Where generated code comes from; line and column count from 0. */
export interface Origin {
  readonly source: string
  readonly line: number
  readonly column: number
}

const SEGMENT_END = ','.charCodeAt(0)
const LINE_END = ';'.charCodeAt(0)
const NO_DIGIT = 255
/** By character code. */
const DIGITS = new Uint8Array(128).fill(NO_DIGIT)
for (const [digit, character] of [
  ...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
].entries())
  DIGITS[character.charCodeAt(0)] = digit
/** Generated column, source, line, column. */
const FIELDS = 4
const NO_SOURCE = -1

/**
 * The mappings of one source map (ECMA-426, version 3), packed: Node's own `SourceMap` takes 95 bytes for each (measured:
 * 16 MB for a bundle of 2 MB), this takes 16. Index maps (`sections`) are not read.
 */
export class SourceMapTable {
  private constructor(
    private readonly sources: readonly string[],
    private readonly lines: Int32Array,
    private readonly segments: Int32Array,
  ) {}

  /** @throws when it is no source map */
  static parse(json: string): SourceMapTable {
    const { mappings, sources, sourceRoot } = JSON.parse(json) as Record<string, unknown>
    if (typeof mappings !== 'string' || !Array.isArray(sources)) throw new Error('not a source map')
    const root = typeof sourceRoot === 'string' && sourceRoot !== '' ? sourceRoot.replace(/\/*$/, '/') : ''
    return new SourceMapTable(
      sources.map((source) => `${root}${source ?? ''}`),
      ...decode(mappings),
    )
  }

  get bytes(): number {
    return this.lines.byteLength + this.segments.byteLength
  }

  /** Line and column of the generated code count from 0. @returns `null` where it is not known */
  find(line: number, column: number): Origin | null {
    let [low, high] = [this.lines[line] ?? 0, this.lines[line + 1] ?? 0]
    const first = low
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#field(middle, 0) <= column) low = middle + 1
      else high = middle
    }
    if (low === first) return null
    const source = this.sources[this.#field(low - 1, 1)]
    return source === undefined
      ? null
      : { source, line: this.#field(low - 1, 2), column: this.#field(low - 1, 3) }
  }

  #field(segment: number, field: number): number {
    return this.segments[segment * FIELDS + field] ?? NO_SOURCE
  }
}

/** @returns for each line its first segment, and the segments */
function decode(mappings: string): [lines: Int32Array, segments: Int32Array] {
  const lines = new Int32Array(count(mappings, LINE_END) + 2)
  const segments = new Int32Array((lines.length + count(mappings, SEGMENT_END)) * FIELDS)
  // The running values of a segment's fields; and how many of them this one has.
  const values = [0, 0, 0, 0, 0]
  let [line, segment, fields, value, shift] = [0, 0, 0, 0, 0]
  for (let i = 0; i <= mappings.length; i++) {
    const code = i < mappings.length ? mappings.charCodeAt(i) : LINE_END
    if (code === SEGMENT_END || code === LINE_END) {
      if (fields > 0) {
        for (let field = 0; field < FIELDS; field++) segments[segment * FIELDS + field] = values[field] ?? 0
        if (fields < FIELDS) segments[segment * FIELDS + 1] = NO_SOURCE
        segment++
      }
      fields = 0
      if (code === SEGMENT_END) continue
      values[0] = 0
      lines[++line] = segment
      continue
    }
    // Base64 VLQ: five bits a digit, the sixth says that more follow, the number's lowest is its sign.
    const digit = DIGITS[code] ?? NO_DIGIT
    if (digit === NO_DIGIT || fields >= values.length) throw new Error('not a source map')
    value += (digit & 31) << shift
    shift += 5
    if (digit & 32) continue
    values[fields] = (values[fields] ?? 0) + (value & 1 ? -(value >>> 1) : value >>> 1)
    fields++
    value = shift = 0
  }
  return [lines, segments.slice(0, segment * FIELDS)]
}

function count(text: string, code: number): number {
  let found = 0
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) === code) found++
  return found
}
