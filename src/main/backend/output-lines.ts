import { StringDecoder } from 'node:string_decoder'

/** Longest line kept whole, in UTF-16 code units; a longer one goes on as the next line. */
const MAX_LINE_LENGTH = 16_384
const HIGH_SURROGATE = /[\ud800-\udbff]/

/** Cuts a stream of bytes into lines of text, in bounded memory whatever the stream holds. */
export class OutputLines {
  #decoder = new StringDecoder('utf8')
  #rest = ''

  constructor(private readonly onLine: (line: string) => void) {}

  push(chunk: Buffer): void {
    const lines = (this.#rest + this.#decoder.write(chunk)).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) this.#emit(line)
    while (this.#rest.length > MAX_LINE_LENGTH) this.#rest = this.#emitStart(this.#rest)
  }

  /** The stream is over: what is left is a line too. */
  end(): void {
    const rest = this.#rest + this.#decoder.end()
    this.#rest = ''
    if (rest !== '') this.#emit(rest)
  }

  #emit(line: string): void {
    let rest = line.endsWith('\r') ? line.slice(0, -1) : line
    while (rest.length > MAX_LINE_LENGTH) rest = this.#emitStart(rest)
    this.onLine(rest)
  }

  /** @returns what is left of a line that is too long */
  #emitStart(line: string): string {
    // Not between the two halves of one character.
    const end = HIGH_SURROGATE.test(line.charAt(MAX_LINE_LENGTH - 1)) ? MAX_LINE_LENGTH - 1 : MAX_LINE_LENGTH
    this.onLine(line.slice(0, end))
    return line.slice(end)
  }
}
