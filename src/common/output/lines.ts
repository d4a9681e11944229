import { StringDecoder } from 'node:string_decoder'

/** Longest line kept whole, in UTF-16 code units; the rest of a longer one becomes the next line. */
const MAX_LINE_LENGTH = 16_384
const HIGH_SURROGATE = /[\ud800-\udbff]/

/** Splits a stream of bytes into lines of text, in bounded memory whatever the stream holds. */
export class OutputLines {
  #decoder = new StringDecoder('utf8')
  #rest = ''

  constructor(private readonly onLine: (line: string) => void) {}

  push(chunk: Buffer): void {
    const lines = (this.#rest + this.#decoder.write(chunk)).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) this.#whole(line)
    this.#rest = cutLong(this.#rest, this.onLine)
  }

  /** Ends the stream: what is left is a line too. */
  end(): void {
    const rest = this.#rest + this.#decoder.end()
    this.#rest = ''
    if (rest !== '') this.#whole(rest)
  }

  #whole(line: string): void {
    this.onLine(cutLong(line.endsWith('\r') ? line.slice(0, -1) : line, this.onLine))
  }
}

/** Collects the bytes of one text that may have several lines, in bounded memory. */
export class OutputBlock {
  #decoder = new StringDecoder('utf8')
  #rest = ''

  constructor(private readonly onText: (text: string) => void) {}

  push(chunk: Buffer): void {
    this.#rest = cutLong(this.#rest + this.#decoder.write(chunk), this.onText)
  }

  end(): void {
    this.onText(cutLong(this.#rest + this.#decoder.end(), this.onText))
  }
}

/**
 * Cuts off and passes on full lines.
 * @returns the rest, which is short enough
 */
function cutLong(text: string, onPart: (part: string) => void): string {
  let rest = text
  while (rest.length > MAX_LINE_LENGTH) {
    // Never between the two halves of one character.
    const end = HIGH_SURROGATE.test(rest.charAt(MAX_LINE_LENGTH - 1)) ? MAX_LINE_LENGTH - 1 : MAX_LINE_LENGTH
    onPart(rest.slice(0, end))
    rest = rest.slice(end)
  }
  return rest
}
