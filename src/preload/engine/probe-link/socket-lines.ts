import { StringDecoder } from 'node:string_decoder'

/** The longest line: a job carries 16 MiB at most, as text in text: each quotation mark is two characters. In UTF-16 code units. */
const MAX_LINE_LENGTH = 64 * 2 ** 20

/** The longest first line, by which a connection says who it is. */
const MAX_FIRST_LINE = 64 * 2 ** 10

/** The lines of a connection, also of those that come in a thousand pieces. */
export class SocketLines {
  readonly #decoder = new StringDecoder('utf8')
  #parts: string[] = []
  #length = 0
  #isFirst = true

  /** @returns the lines that end in this piece; `null` where one is longer than any of the probe's */
  push(chunk: Buffer): string[] | null {
    const [end = '', ...more] = this.#decoder.write(chunk).split('\n')
    this.#add(end)
    if (this.#length > (this.#isFirst ? MAX_FIRST_LINE : MAX_LINE_LENGTH)) return null
    const rest = more.pop()
    if (rest === undefined) return []
    this.#isFirst = false
    const first = this.#parts.join('')
    this.#parts = []
    this.#length = 0
    this.#add(rest)
    return [first, ...more]
  }

  #add(part: string): void {
    this.#parts.push(part)
    this.#length += part.length
  }
}
