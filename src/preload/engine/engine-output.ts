import { OutputLines } from '../../common/output/lines'
import type { OutputStream } from './engine-process'

/** By `console`, whose lines the monitor leads to the trace of the span that is active. */
const IN_A_JOB = { stdout: 'log', stderr: 'warn' } as const

/** The engine's output, line by line, as this process's own. */
export class EngineOutput {
  readonly #lines: Readonly<Record<OutputStream, OutputLines>>

  /** @param runInJob does something as a part of the job that runs; `false` when none does, and nothing is done */
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

  /** The engine has ended: unfinished lines are written too. */
  end(): void {
    this.#lines.stdout.end()
    this.#lines.stderr.end()
  }
}

/** A progress bar is drawn over and over on one line: in a log its last state is enough. */
function lastState(line: string): string {
  return line.slice(line.lastIndexOf('\r') + 1)
}
