import { OutputLines } from '../../common/output/lines'
import type { OutputStream } from './engine-process'

/** Methods of `console`, whose lines the monitor links to the active span's trace. */
const IN_A_JOB = { stdout: 'log', stderr: 'warn' } as const

/** Writes the engine's output, line by line, as this process's own. */
export class EngineOutput {
  readonly #lines: Readonly<Record<OutputStream, OutputLines>>

  /** @param runInJob runs an action within the running job; `false` if there is none, and nothing is done */
  constructor(runInJob: (action: () => void) => boolean) {
    const linesOf = (stream: OutputStream) =>
      new OutputLines((line) => {
        const text = lastState(line)
        if (!runInJob(() => console[IN_A_JOB[stream]](text))) process[stream].write(`${text}\n`)
      })
    this.#lines = { stdout: linesOf('stdout'), stderr: linesOf('stderr') }
  }

  push(stream: OutputStream, chunk: Buffer): void {
    this.#lines[stream].push(chunk)
  }

  /** Ends the output with the engine: unfinished lines are written too. */
  end(): void {
    this.#lines.stdout.end()
    this.#lines.stderr.end()
  }
}

/** The last state of a progress bar, which is drawn over and over on one line: enough for a log. */
function lastState(line: string): string {
  return line.slice(line.lastIndexOf('\r') + 1)
}
