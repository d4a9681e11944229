import { stripVTControlCharacters } from 'node:util'
import type { LogLevel } from '../../common/output/log-level'
import { OpenKeyBlock } from '../../common/privacy/key-block'
import { OpenValue } from '../../common/privacy/open-value'
import { knownSecretsHere } from '../../common/privacy/scrubber'
import { SplitSecrets } from '../../common/privacy/split-secrets'
import type { LogContext } from '../../common/tracing/log-context'
import { LastWords } from './last-words'
import { type OutputEvent, outputEvents } from './output-event'
import { outputLine } from './output-line'
import { OutputRecords } from './output-records'
import type { OutputStream } from './process'

/**
 * Node's message when a process exits while its inspector is in use, as the profiler thread's is. Node does
 * not wait, and a reader would look for a debugger that nobody started.
 */
const INSPECTOR_NOTE = Buffer.from('Waiting for the debugger to disconnect...\n')

export interface BackendOutputOptions {
  /** The run's `BACKEND_MARKER`. */
  readonly marker: string
  /** Takes JSON lines, without newlines and secrets: one write for all that arrived in one piece. */
  readonly file: (lines: readonly string[]) => void
  /** The terminal that gets the bytes unchanged, in development; `null` for none. */
  readonly terminal: Readonly<Record<OutputStream, { write(chunk: Buffer): unknown }>> | null
  /** Service, environment and version of the backend; `null` if logs are not linked to traces. */
  readonly context: LogContext | null
  /** Takes each line too, as long as somebody listens. */
  readonly onLine?: { readonly isWanted: () => boolean; readonly take: (event: OutputEvent) => void }
  /** Finds the level that a line states itself; `null` to go by the `console` call that wrote it. */
  readonly levelOf?: ((line: string) => LogLevel | null) | null
  /** Wall clock, milliseconds since the epoch. */
  readonly now: () => number
}

/** Writes one run's stdout and stderr: as JSON lines to the log, and to the terminal. */
export class BackendOutput {
  readonly #records: Readonly<Record<OutputStream, OutputRecords>>
  readonly #file: BackendOutputOptions['file']
  readonly #lastWords = new LastWords()
  #lines: string[] = []

  constructor({ marker, file, terminal, context, onLine, now, levelOf = null }: BackendOutputOptions) {
    this.#file = file
    const recordsOf = (stream: OutputStream) => {
      const keyBlock = new OpenKeyBlock()
      const value = new OpenValue()
      const split = new SplitSecrets(knownSecretsHere())
      return new OutputRecords({
        marker,
        onText: (bytes) => terminal?.[stream].write(bytes),
        onRecord: (written, mark) => {
          const text = split.hide(value.hide(keyBlock.hide(written)))
          const time = new Date(now()).toISOString()
          this.#lastWords.add(text)
          this.#lines.push(outputLine({ time, stream, text, mark, context, levelOf }))
          if (!onLine?.isWanted()) return
          const level = levelOf ? levelOf(stripVTControlCharacters(text)) : (mark?.level ?? null)
          for (const event of outputEvents(stream, text, level, time)) onLine.take(event)
        },
      })
    }
    this.#records = { stdout: recordsOf('stdout'), stderr: recordsOf('stderr') }
  }

  push(stream: OutputStream, chunk: Buffer): void {
    const own = stream === 'stderr' ? withoutNote(chunk) : chunk
    if (own.length > 0) this.#records[stream].push(own)
    this.#write()
  }

  /** Ends the run: unfinished lines are written too. */
  end(): void {
    this.#records.stdout.end()
    this.#records.stderr.end()
    this.#write()
  }

  /** The last whole lines of both streams, scrubbed, oldest first. */
  lastWords(): readonly string[] {
    return this.#lastWords.lines()
  }

  #write(): void {
    const lines = this.#lines
    this.#lines = []
    if (lines.length > 0) this.#file(lines)
  }
}

/** Removes the note, which Node writes in one piece, as its very last output. */
function withoutNote(chunk: Buffer): Buffer {
  const at = chunk.indexOf(INSPECTOR_NOTE)
  return at === -1
    ? chunk
    : Buffer.concat([chunk.subarray(0, at), chunk.subarray(at + INSPECTOR_NOTE.length)])
}
