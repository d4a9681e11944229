import { stripVTControlCharacters } from 'node:util'
import { OutputLines } from '../../common/output/lines'
import type { OutputStream } from './engine-process'
import { ProgressBars } from './progress-bars'
import { TracerNoise } from './tracer-noise'

/** Methods of `console`, whose lines the monitor links to the active span's trace. */
const IN_A_JOB = { stdout: 'log', stderr: 'warn' } as const

interface Stream {
  readonly lines: OutputLines
  readonly bars: ProgressBars
}

/** Writes the engine's output, line by line, as this process's own; of what repeats itself, enough for a log. */
export class EngineOutput {
  readonly #streams: Readonly<Record<OutputStream, Stream>>
  readonly #noise = new TracerNoise()

  /**
   * @param runInJob runs an action within the running job; `false` if there is none, and nothing is done
   * @param now monotonic, in milliseconds
   */
  constructor(runInJob: (action: () => void) => boolean, now: () => number = () => performance.now()) {
    const streamOf = (stream: OutputStream): Stream => {
      const bars = new ProgressBars((line) => {
        if (!runInJob(() => console[IN_A_JOB[stream]](line))) process[stream].write(`${line}\n`)
      }, now)
      const lines = new OutputLines((line) => {
        const text = lastState(line)
        if (!this.#noise.isRepeated(stripVTControlCharacters(text))) bars.push(text)
      })
      return { lines, bars }
    }
    this.#streams = { stdout: streamOf('stdout'), stderr: streamOf('stderr') }
  }

  push(stream: OutputStream, chunk: Buffer): void {
    this.#streams[stream].lines.push(chunk)
  }

  /** Ends the output with the engine: unfinished lines are written too. */
  end(): void {
    for (const { lines, bars } of [this.#streams.stdout, this.#streams.stderr]) {
      lines.end()
      bars.end()
    }
  }
}

/** The last state of a progress bar, which is drawn over and over on one line: enough for a log. */
function lastState(line: string): string {
  return line.slice(line.lastIndexOf('\r') + 1)
}
