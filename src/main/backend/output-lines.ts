import { StringDecoder } from 'node:string_decoder'

/** Longest line kept whole, in UTF-16 code units; a longer one goes on as the next line. */
const MAX_LINE_LENGTH = 16_384

/** Cuts a stream of bytes into lines of text, in bounded memory whatever the stream holds. */
export class OutputLines {
  #decoder = new StringDecoder('utf8')
  #rest = ''

  constructor(private readonly onLine: (line: string) => void) {}

  push(chunk: Buffer): void {
    const lines = (this.#rest + this.#decoder.write(chunk)).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) this.#emit(line.endsWith('\r') ? line.slice(0, -1) : line)
    while (this.#rest.length > MAX_LINE_LENGTH) {
      this.onLine(this.#rest.slice(0, MAX_LINE_LENGTH))
      this.#rest = this.#rest.slice(MAX_LINE_LENGTH)
    }
  }

  /** The stream is over: what is left is a line too. */
  end(): void {
    const rest = this.#rest + this.#decoder.end()
    this.#rest = ''
    if (rest !== '') this.#emit(rest)
  }

  #emit(line: string): void {
    for (let from = 0; from === 0 || from < line.length; from += MAX_LINE_LENGTH) {
      this.onLine(line.slice(from, from + MAX_LINE_LENGTH))
    }
  }
}
