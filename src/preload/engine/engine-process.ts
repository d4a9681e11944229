import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { runTaskkill } from '../../common/process/taskkill'
import type { EngineExit } from './exit-status'

/**
 * Time to read the rest of the engine's output after its exit, in milliseconds: processes that it started may
 * hold the pipes open.
 */
const LAST_WORDS_MS = 500
/**
 * Times after which an engine that was asked to stop is terminated, then killed, in milliseconds. SIGINT is its clean end
 * ("Stopped server", `temp/` removed); one that holds Python's lock hears of SIGTERM and of SIGINT never. Main, which
 * asked, itself terminates this process after five seconds.
 */
const TERMINATE_MS = 2_000
const KILL_MS = 3_500

export type OutputStream = 'stdout' | 'stderr'

export type OnOutput = (stream: OutputStream, chunk: Buffer) => void

export interface EngineProcessOptions {
  readonly command: readonly string[]
  readonly cwd: string | null
  readonly environment: Readonly<Record<string, string>>
  readonly onOutput: OnOutput
}

/** The engine's process: its output, its exit, and the ways to stop it. */
export class EngineProcess {
  /** Resolves after the exit, with all output read. Never rejects. */
  readonly exited: Promise<EngineExit>
  readonly pid: number

  private constructor(
    private readonly child: ChildProcess,
    pid: number,
    onOutput: OnOutput,
  ) {
    this.pid = pid
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.on('data', (chunk: Buffer) => onOutput(name, chunk))
      // An unreadable stream must not bring the engine down.
      child[name]?.on('error', () => {})
    }
    this.exited = this.#exit()
  }

  /** @throws if there is no such program, or the system fails to run it */
  static async start(options: EngineProcessOptions): Promise<EngineProcess> {
    const [program = '', ...args] = options.command
    const child = spawn(program, args, {
      ...(options.cwd !== null && { cwd: options.cwd }),
      env: { ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      // A process group of its own: Ctrl-C in a terminal reaches only the app, which asks the engine. On
      // Windows: a new console.
      detached: process.platform !== 'win32',
    })
    await once(child, 'spawn')
    if (child.pid === undefined) throw new Error(`${program} was started without a process id`)
    return new EngineProcess(child, child.pid, options.onOutput)
  }

  /** A spare that runs the engine from here on. @param pid its own, in a process group of its own */
  static adopt(child: ChildProcess, pid: number, onOutput: OnOutput): EngineProcess {
    return new EngineProcess(child, pid, onOutput)
  }

  /**
   * Stops the engine: asked by SIGINT, terminated, then killed with its process group. Windows has no way to ask a
   * process without windows: there it is killed, with all that it started.
   * @param pid the engine's own where it is known: a wrapper that gets the signal may not pass it on
   */
  stop(pid: number = this.pid): void {
    if (process.platform === 'win32') {
      this.#taskkill()
      return
    }
    this.#signal(pid, 'SIGINT')
    const timers = [
      setTimeout(() => this.#signal(pid, 'SIGTERM'), TERMINATE_MS),
      setTimeout(() => this.kill(), KILL_MS),
    ]
    void this.exited.then(() => timers.forEach(clearTimeout))
  }

  /** Kills the engine and its process group. */
  kill(): void {
    if (process.platform === 'win32') this.#taskkill()
    else this.#signal(-this.pid, 'SIGKILL')
  }

  #signal(pid: number, signal: NodeJS.Signals): void {
    try {
      process.kill(pid, signal)
    } catch {
      // It has just gone.
    }
  }

  #taskkill(): void {
    // Without its root Windows finds no tree, and the number may be another program's.
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    void runTaskkill([this.pid]).catch(() => {})
  }

  async #exit(): Promise<EngineExit> {
    // A failed kill is an `error` event too, and not an exit.
    this.child.on('error', () => {})
    const closed = new Promise((resolve) => this.child.once('close', resolve))
    const exit = await new Promise<EngineExit>((resolve) => {
      this.child.once('exit', (code, signal) => resolve({ code, signal }))
    })
    await Promise.race([closed, sleep(LAST_WORDS_MS)])
    return exit
  }
}
