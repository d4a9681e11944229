import { OutputLines } from './output-lines'
import type { OutputStream } from './process'

export interface BackendOutputOptions {
  /** Takes one JSON line, without its newline. */
  readonly file: (line: string) => void
  /** Where the bytes go as they are, in development; `null` for nowhere. */
  readonly terminal: Readonly<Record<OutputStream, { write(chunk: Buffer): unknown }>> | null
  /** Wall clock, milliseconds since the epoch. */
  readonly now: () => number
}

/** One run's stdout and stderr: JSON lines in the log, and the terminal. */
export class BackendOutput {
  readonly #lines: Readonly<Record<OutputStream, OutputLines>>

  constructor(private readonly options: BackendOutputOptions) {
    const linesOf = (stream: OutputStream) =>
      new OutputLines((message) => {
        options.file(JSON.stringify({ time: new Date(options.now()).toISOString(), stream, message }))
      })
    this.#lines = { stdout: linesOf('stdout'), stderr: linesOf('stderr') }
  }

  push(stream: OutputStream, chunk: Buffer): void {
    this.options.terminal?.[stream].write(chunk)
    this.#lines[stream].push(chunk)
  }

  /** The run is over: unfinished lines are written too. */
  end(): void {
    this.#lines.stdout.end()
    this.#lines.stderr.end()
  }
}
