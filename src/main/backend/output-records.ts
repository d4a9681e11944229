import { OutputBlock, OutputLines } from '../../common/output/lines'
import type { OutputMark } from '../../common/output/marks'
import { MarkedStream } from './marked-stream'

export interface OutputRecordsOptions {
  /** The run's `BACKEND_MARKER`. */
  readonly marker: string
  /** Takes the bytes as the backend wrote them, at once. */
  readonly onText: (bytes: Buffer) => void
  /** Takes one line or, with its mark, all that one `console` call wrote; without the final newline. */
  readonly onRecord: (text: string, mark: OutputMark | null) => void
}

const NEWLINE = 0x0a

/** Splits one stream of the backend into records, in bounded memory whatever the stream holds. */
export class OutputRecords {
  readonly #stream: MarkedStream
  readonly #lines: OutputLines
  #call: OutputBlock | null = null
  /** True when the newline that ended the last call is past: it is not a line of its own. */
  #newlineIsPast = false

  constructor({ marker, onText, onRecord }: OutputRecordsOptions) {
    this.#lines = new OutputLines((line) => onRecord(line, null))
    this.#stream = new MarkedStream(marker, {
      text: (bytes) => {
        onText(bytes)
        this.#text(bytes)
      },
      start: (mark) => {
        this.#endCall()
        this.#lines.end()
        this.#newlineIsPast = false
        this.#call = new OutputBlock((text) => onRecord(text, mark))
      },
      end: () => {
        this.#newlineIsPast = this.#call !== null
        this.#endCall()
      },
    })
  }

  push(chunk: Buffer): void {
    this.#stream.push(chunk)
  }

  /** Ends the stream: what is unfinished is a record too. */
  end(): void {
    this.#stream.end()
    this.#endCall()
    this.#lines.end()
  }

  #text(bytes: Buffer): void {
    if (this.#call) {
      this.#call.push(bytes)
      return
    }
    const own = this.#newlineIsPast && bytes[0] === NEWLINE ? bytes.subarray(1) : bytes
    this.#newlineIsPast = false
    if (own.length > 0) this.#lines.push(own)
  }

  #endCall(): void {
    this.#call?.end()
    this.#call = null
  }
}
