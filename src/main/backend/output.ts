import { scrub } from '../../privacy'
import { OutputLines } from './output-lines'
import type { OutputStream } from './process'

/**
 * What Node writes when a process ends while its inspector is in use, as the profiler thread's is. It does not wait,
 * and a reader would look for a debugger that nobody started.
 */
const INSPECTOR_NOTE = Buffer.from('Waiting for the debugger to disconnect...\n')

export interface BackendOutputOptions {
  /** Takes one JSON line, without its newline and without secrets. */
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
        options.file(
          JSON.stringify({ time: new Date(options.now()).toISOString(), stream, message: scrub(message) }),
        )
      })
    this.#lines = { stdout: linesOf('stdout'), stderr: linesOf('stderr') }
  }

  push(stream: OutputStream, chunk: Buffer): void {
    const own = stream === 'stderr' ? withoutNote(chunk) : chunk
    if (own.length === 0) return
    this.options.terminal?.[stream].write(own)
    this.#lines[stream].push(own)
  }

  /** The run is over: unfinished lines are written too. */
  end(): void {
    this.#lines.stdout.end()
    this.#lines.stderr.end()
  }
}

/** Node writes the note in one piece, as the last thing of all. */
function withoutNote(chunk: Buffer): Buffer {
  const at = chunk.indexOf(INSPECTOR_NOTE)
  return at === -1
    ? chunk
    : Buffer.concat([chunk.subarray(0, at), chunk.subarray(at + INSPECTOR_NOTE.length)])
}
