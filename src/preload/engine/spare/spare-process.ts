import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import * as v from 'valibot'
import type { SpareCommand } from './spare-plan'

/** A line without an end is longer than any of a spare's. In UTF-16 code units. */
const MAX_LINE = 4_096

const WordSchema = v.variant('state', [
  v.object({ state: v.literal('loaded'), modules: v.number(), resident: v.nullable(v.number()) }),
  v.object({ state: v.literal('over'), reason: v.string() }),
])

/** The things that a spare is to import, as the probe of the last engine has told them. */
export interface SpareWork {
  /** The engine's, whose own modules are left to it. */
  readonly folder: string
  readonly modules: readonly string[]
  /** The variables that the engine had changed by itself; `null` for one it had taken away. */
  readonly environment: Readonly<Record<string, string | null>>
}

export interface SpareOrder {
  /** The engine's whole command: run from its start where the files of what was imported have changed. */
  readonly command: readonly string[]
  readonly script: readonly string[]
  readonly environment: Readonly<Record<string, string>>
}

export interface SpareProcessOptions {
  readonly command: SpareCommand
  readonly cwd: string | null
  readonly environment: Readonly<Record<string, string>>
  readonly work: SpareWork
  /** @param residentBytes `null` where the system does not tell */
  readonly onLoaded: (modules: number, residentBytes: number | null) => void
  /** Called when it has ended untaken. @param reason in words */
  readonly onOver: (reason: string) => void
}

/** A spare's process, until it is the engine's or ends. */
export class SpareProcess {
  readonly pid: number | undefined
  readonly #child: ChildProcess
  readonly #mark = `studio-spare:${randomBytes(8).toString('hex')}:`
  #text = ''
  #reason: string | null = null
  #isOver = false
  readonly #read = (chunk: Buffer) => this.#onOutput(chunk.toString())
  readonly #options: SpareProcessOptions

  constructor(options: SpareProcessOptions) {
    const { command, cwd, environment, work } = options
    this.#options = options
    this.#child = spawn(command.program, command.args, {
      ...(cwd !== null && { cwd }),
      env: { ...environment, STUDIO_PROBE_SPARE: this.#mark },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    })
    this.pid = this.#child.pid
    this.#child.stdout?.on('data', this.#read)
    // A library's warnings: the engine says its own.
    this.#child.stderr?.resume()
    for (const stream of [this.#child.stdin, this.#child.stdout, this.#child.stderr])
      stream?.on('error', () => {})
    this.#child.on('error', (error) => this.#over(error.message))
    this.#child.on('exit', this.#onExit)
    this.#child.stdin?.write(`${JSON.stringify(work)}\n`)
  }

  /** True while it can be taken. */
  get lives(): boolean {
    return !this.#isOver && this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** Makes it the engine, with standard output and error as an engine's have them. */
  take(order: SpareOrder): ChildProcess {
    this.#isOver = true
    this.#child.off('exit', this.#onExit)
    this.#child.stdout?.off('data', this.#read)
    this.#child.stdin?.end(`${JSON.stringify(order)}\n`)
    return this.#child
  }

  end(): void {
    if (!this.lives) return
    this.#isOver = true
    try {
      if (this.pid !== undefined) process.kill(-this.pid, 'SIGKILL')
    } catch {
      // It has just gone.
    }
  }

  readonly #onExit = (code: number | null, signal: string | null) =>
    this.#over(this.#reason ?? (signal ? `it was ended by ${signal}` : `it ended with exit code ${code}`))

  #over(reason: string): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#options.onOver(reason)
  }

  #onOutput(text: string): void {
    const lines = (this.#text + text).split('\n')
    this.#text = (lines.pop() ?? '').slice(0, MAX_LINE)
    for (const line of lines) if (line.startsWith(this.#mark)) this.#hear(line.slice(this.#mark.length))
  }

  #hear(line: string): void {
    const word = parseWord(line)
    if (word?.state === 'loaded') this.#options.onLoaded(word.modules, word.resident)
    else if (word) this.#reason = word.reason
  }
}

/** `null` for what a library prints in its name. */
function parseWord(line: string): v.InferOutput<typeof WordSchema> | null {
  try {
    const word = v.safeParse(WordSchema, JSON.parse(line))
    return word.success ? word.output : null
  } catch {
    return null
  }
}
