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

export type OutputStream = 'stdout' | 'stderr'

export interface EngineProcessOptions {
  readonly command: readonly string[]
  readonly cwd: string | null
  readonly environment: Readonly<Record<string, string>>
  readonly onOutput: (stream: OutputStream, chunk: Buffer) => void
}

/** The engine's process: its output, its exit, and the ways to stop it. */
export class EngineProcess {
  /** Resolves after the exit, with all output read. Never rejects. */
  readonly exited: Promise<EngineExit>
  readonly pid: number

  private constructor(
    private readonly child: ChildProcess,
    pid: number,
    { onOutput }: EngineProcessOptions,
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
    return new EngineProcess(child, child.pid, options)
  }

  /**
   * Asks the engine to stop. Windows has no way to ask a process without windows: there it is killed, with
   * all that it started.
   */
  stop(): void {
    if (process.platform === 'win32') void runTaskkill([this.pid]).catch(() => {})
    else this.child.kill('SIGTERM')
  }

  /** Kills the engine and its process group. */
  kill(): void {
    if (process.platform === 'win32') {
      this.stop()
      return
    }
    try {
      process.kill(-this.pid, 'SIGKILL')
    } catch {
      // It has just gone.
    }
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
