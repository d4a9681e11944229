import type { Writable } from 'node:stream'

/** The most that waits in this process for a reader, in bytes: some thousands of lines. A pipe holds 64 KiB more. */
const MAX_WAITING_BYTES = 2 ** 20
/** A slow reader falls behind again and again: so often is it told in the log, in milliseconds. */
const TELL_AGAIN_MS = 600_000
const NEWLINE = 0x0a

export interface BoundedOutputOptions {
  readonly stream: Writable
  /** Lines are dropped now; not called again for ten minutes. Must not write here more than a line. */
  readonly onDropping: () => void
  /** So many lines have been dropped since that was last told. */
  readonly onDropped: (lines: number) => void
  /** Monotonic, in milliseconds. */
  readonly now: () => number
}

/**
 * A stream whose reader may be slow, stopped or gone: Node would keep all that is written to it in memory. Beyond
 * a bound whole lines are dropped, counted, and told of in their place once it is read again.
 */
export class BoundedOutput {
  /** True where the last write ended a line. */
  #lineEnded = true
  #droppedEndedLine = true
  #isDropping = false
  #dropped = 0
  #untold = 0
  #toldAt = Number.NEGATIVE_INFINITY
  readonly #onDrain = () => this.#resume()

  constructor(private readonly options: BoundedOutputOptions) {}

  write(chunk: Buffer | string): void {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    if (bytes.length === 0) return
    if (!this.#isDropping && this.options.stream.writableLength >= MAX_WAITING_BYTES) this.#startDropping()
    if (this.#isDropping) this.#drop(bytes)
    else this.#pass(this.#fromNextLine(bytes))
  }

  /** Nothing is written here any more. */
  close(): void {
    this.options.stream.off('drain', this.#onDrain)
    if (!this.#droppedEndedLine) this.#dropped += 1
    this.#tellDropped()
  }

  #pass(bytes: Buffer): void {
    if (bytes.length === 0) return
    this.#lineEnded = bytes.at(-1) === NEWLINE
    this.options.stream.write(bytes)
  }

  #startDropping(): void {
    this.#isDropping = true
    this.#droppedEndedLine = this.#lineEnded
    this.options.stream.once('drain', this.#onDrain)
    const { now, onDropping } = this.options
    if (now() - this.#toldAt < TELL_AGAIN_MS) return
    this.#toldAt = now()
    this.#tellDropped()
    onDropping()
  }

  #drop(bytes: Buffer): void {
    this.#dropped += newlines(bytes)
    this.#droppedEndedLine = bytes.at(-1) === NEWLINE
  }

  #resume(): void {
    this.#isDropping = false
    const { stream } = this.options
    // The rest of a line whose start was dropped goes too.
    const count = this.#dropped + (this.#droppedEndedLine ? 0 : 1)
    this.#untold += count
    const lines = count === 1 ? 'a line is' : `${count} lines are`
    this.#dropped = 0
    stream.write(
      `${this.#lineEnded ? '' : '\n'}studio-monitor: ${lines} missing here: nobody read them in time\n`,
    )
    this.#lineEnded = true
  }

  #fromNextLine(bytes: Buffer): Buffer {
    if (this.#droppedEndedLine) return bytes
    const end = bytes.indexOf(NEWLINE)
    this.#droppedEndedLine = end >= 0
    return end >= 0 ? bytes.subarray(end + 1) : Buffer.alloc(0)
  }

  #tellDropped(): void {
    const lines = this.#untold + this.#dropped
    this.#untold = 0
    if (lines > 0) this.options.onDropped(lines)
  }
}

function newlines(bytes: Buffer): number {
  let count = 0
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count += 1
  return count
}
