import { MARK_END, MAX_MARK_LENGTH, markPrefix, type OutputMark, parseMark } from '../../common/output/marks'

export interface MarkedStreamHandlers {
  /** Bytes that the backend wrote, in order. */
  readonly text: (bytes: Buffer) => void
  /** Called before the text of one `console` call, which lasts until the next mark. */
  readonly start: (mark: OutputMark) => void
  readonly end: () => void
}

/** Removes the marks from a stream of bytes. It holds back no more than what may become a mark. */
export class MarkedStream {
  readonly #prefix: Buffer
  #kept: Buffer = Buffer.alloc(0)

  constructor(
    marker: string,
    private readonly handlers: MarkedStreamHandlers,
  ) {
    this.#prefix = Buffer.from(markPrefix(marker))
  }

  push(chunk: Buffer): void {
    let bytes = this.#kept.length === 0 ? chunk : Buffer.concat([this.#kept, chunk])
    for (;;) {
      const at = bytes.indexOf(this.#prefix)
      if (at < 0) break
      this.#text(bytes.subarray(0, at))
      const rest = bytes.subarray(at)
      const end = rest.subarray(0, MAX_MARK_LENGTH).indexOf(MARK_END)
      if (end < 0 && rest.length < MAX_MARK_LENGTH) {
        this.#kept = rest
        return
      }
      const mark = end < 0 ? null : parseMark(rest.toString('latin1', this.#prefix.length, end))
      const taken = mark === null ? this.#prefix.length : end + 1
      if (mark === null) this.#text(rest.subarray(0, taken))
      else if (mark === 'end') this.handlers.end()
      else this.handlers.start(mark)
      bytes = rest.subarray(taken)
    }
    const kept = this.#beginningAtEnd(bytes)
    this.#text(bytes.subarray(0, bytes.length - kept))
    this.#kept = bytes.subarray(bytes.length - kept)
  }

  /** Ends the stream: an unfinished mark is text. */
  end(): void {
    this.#text(this.#kept)
    this.#kept = Buffer.alloc(0)
  }

  #text(bytes: Buffer): void {
    if (bytes.length > 0) this.handlers.text(bytes)
  }

  /** The number of last bytes that may be the beginning of the prefix. */
  #beginningAtEnd(bytes: Buffer): number {
    const at = bytes.lastIndexOf(this.#prefix.subarray(0, 1))
    if (at < 0) return 0
    const tail = bytes.subarray(at)
    return tail.length < this.#prefix.length && this.#prefix.subarray(0, tail.length).equals(tail)
      ? tail.length
      : 0
  }
}
