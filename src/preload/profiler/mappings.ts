/** The origin of a piece of generated code; all count from 0. `fields` is their number: 1, 4 or 5. */
export interface Segment {
  /** The column of the generated code that it begins at. */
  readonly column: number
  readonly source: number
  readonly sourceLine: number
  readonly sourceColumn: number
  readonly name: number
  readonly fields: number
}

/** A reader's position: after a segment, with the running values that the next one adds to. */
interface Place extends Segment {
  readonly offset: number
  readonly line: number
}

const SEGMENT_END = ','.charCodeAt(0)
const LINE_END = ';'.charCodeAt(0)
const NO_DIGIT = 255
/** Digits by character code. */
const DIGITS = new Uint8Array(128).fill(NO_DIGIT)
for (const [digit, character] of [
  ...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
].entries())
  DIGITS[character.charCodeAt(0)] = digit
/** Segments between two marks: the most that a search reads. */
const BETWEEN_MARKS = 32
/** Size of one mark, in bytes. */
const MARK_BYTES = 80

/**
 * The mappings of a source map (ECMA-426), kept encoded, with marks at intervals to read on from: about 8
 * bytes per segment, where Node's own `SourceMap` takes 95 (measured: 16 MB for a bundle of 2 MB).
 */
export class Mappings {
  readonly #marks: Place[] = []

  /** @throws if these are not mappings */
  constructor(private readonly text: string) {
    const reader = new Reader(text)
    for (let count = 0; reader.next(); count++)
      if (count % BETWEEN_MARKS === 0) this.#marks.push(reader.place())
  }

  get bytes(): number {
    return this.text.length + this.#marks.length * MARK_BYTES
  }

  /**
   * Finds the last segment up to this place of the generated code, in the same line; line and column count
   * from 0. At the very start of a line it is the line's first, as in `@datadog/pprof`. `null` if there is
   * none.
   */
  find(line: number, column: number): Segment | null {
    const mark = this.#markBefore(line, column)
    if (!mark) return null
    const [reader, behind] = [new Reader(this.text, mark), new Reader(this.text, mark)]
    let isFound = reader.line === line && !reader.isBeyond(line, column)
    while (!reader.isBeyond(line, column) && reader.next()) {
      if (reader.isBeyond(line, column)) break
      behind.next()
      isFound = reader.line === line
    }
    if (isFound) return behind.place()
    return column === 0 && reader.line === line ? reader.place() : null
  }

  #markBefore(line: number, column: number): Place | undefined {
    let [low, high] = [1, this.#marks.length]
    while (low < high) {
      const middle = (low + high) >> 1
      const mark = this.#marks[middle]
      if (mark && isBeyond(mark, line, column)) high = middle
      else low = middle + 1
    }
    return this.#marks[low - 1]
  }
}

/** Reads segments in sequence. */
class Reader {
  #offset = 0
  #line = 0
  /** The running values: generated column, source, line, column, name. */
  readonly #values = [0, 0, 0, 0, 0]
  #fields = 0

  constructor(
    private readonly text: string,
    from: Place | null = null,
  ) {
    if (!from) return
    this.#offset = from.offset
    this.#line = from.line
    this.#values = [from.column, from.source, from.sourceLine, from.sourceColumn, from.name]
    this.#fields = from.fields
  }

  get line(): number {
    return this.#line
  }

  isBeyond(line: number, column: number): boolean {
    return isBeyond({ line: this.#line, column: this.#values[0] ?? 0 }, line, column)
  }

  place(): Place {
    const [column = 0, source = 0, sourceLine = 0, sourceColumn = 0, name = 0] = this.#values
    const [offset, line, fields] = [this.#offset, this.#line, this.#fields]
    return { offset, line, column, source, sourceLine, sourceColumn, name, fields }
  }

  /**
   * @returns true if there was one more
   * @throws if it is invalid
   */
  next(): boolean {
    this.#fields = 0
    for (let [value, shift] = [0, 0]; this.#offset < this.text.length; this.#offset++) {
      const code = this.text.charCodeAt(this.#offset)
      if (code === SEGMENT_END || code === LINE_END) {
        if (this.#fields > 0) return true
        if (code === SEGMENT_END) continue
        this.#line++
        this.#values[0] = 0
        continue
      }
      // Base64 VLQ: five bits a digit, the sixth says that more follow, the number's lowest is its sign.
      const digit = DIGITS[code] ?? NO_DIGIT
      if (digit === NO_DIGIT || this.#fields >= this.#values.length) throw new Error('not a source map')
      value += (digit & 31) << shift
      shift += 5
      if (digit & 32) continue
      const step = value & 1 ? -(value >>> 1) : value >>> 1
      this.#values[this.#fields] = (this.#values[this.#fields] ?? 0) + step
      this.#fields++
      value = shift = 0
    }
    return this.#fields > 0
  }
}

function isBeyond(place: Pick<Place, 'line' | 'column'>, line: number, column: number): boolean {
  return place.line > line || (place.line === line && place.column > column)
}
