import { MessageChannelMain, type MessagePortMain, type UtilityProcess, utilityProcess } from 'electron'
import { STARTUP_DEFERRAL_MS } from '../../common/process/startup-deferral'
import {
  BACKEND_MARKER,
  type BackendMessage,
  hello,
  type MonitorMessage,
  type Profiling,
  parseBackendMessage,
} from '../../common/protocol/messages'
import type { OutputStream } from './child-output'
import { withDescriptors } from './descriptors'
import type { ExitObservation } from './exit-observation'
import { ExitWatch, serviceNameOf } from './exit-watch'
import type { BackendRun } from './supervisor'

export type { OutputStream }

export interface BackendProcessOptions {
  /** Our own file, run in place of `--require`, which Electron ignores for utility processes. */
  readonly bootstrap: string
  readonly entry: string
  readonly args: readonly string[]
  /** `null` for the app's own working folder. */
  readonly cwd: string | null
  /** The run's `BACKEND_MARKER`. */
  readonly marker: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** V8's heap limit in bytes; `null` leaves V8's own (4 GB). */
  readonly heapLimitBytes: number | null
  /** The profiling configuration; `null` for none. */
  readonly profiling: Profiling | null
  /** Secrets kept from its environment, and blanked in all that it prints. */
  readonly secrets?: readonly string[]
  readonly onMessage: (message: BackendMessage) => void
  readonly onOutput: (stream: OutputStream, chunk: Buffer) => void
  /** Called with what the backend posts on its own `parentPort`. */
  readonly onParentPortMessage: (message: unknown) => void
  /** Monotonic, in milliseconds. */
  readonly now: () => number
}

/** One fork of the backend: its port, its output, and the ways to end it. */
export class BackendProcess implements BackendRun {
  /**
   * The process id, once the process has sent something, or has lived for a second: it needs main's thread to
   * start, and waits while that is busy. Never settles for a process that exits before.
   */
  readonly started: Promise<number>
  readonly ready: Promise<void>
  readonly exited: Promise<ExitObservation>

  readonly #child: UtilityProcess
  readonly #port: MessagePortMain
  readonly #watch: ExitWatch

  /** @throws if it cannot be forked */
  constructor(options: BackendProcessOptions) {
    const serviceName = serviceNameOf(options.marker)
    const { port1, port2 } = new MessageChannelMain()
    this.#port = port1
    this.#child = withDescriptors(() =>
      utilityProcess.fork(options.bootstrap, [options.entry, ...options.args], {
        serviceName,
        stdio: 'pipe',
        ...(options.cwd !== null && { cwd: options.cwd }),
        env: { ...options.env, [BACKEND_MARKER]: options.marker },
        execArgv: heapLimitArguments(options.heapLimitBytes),
      }),
    )
    this.#watch = new ExitWatch({
      child: this.#child,
      onOutput: options.onOutput,
      port: port1,
      marker: options.marker,
      now: options.now,
    })
    this.started = this.#begin()
    this.started.then((pid) => this.#watch.started(pid))
    this.exited = this.#watch.settled
    this.ready = this.#listen(options)
    this.#child.postMessage(hello(options.heapLimitBytes, options.profiling, options.secrets), [port2])
  }

  get pid(): number | null {
    return this.#child.pid ?? null
  }

  /** Posts to the backend's own `parentPort`. */
  postMessage(message: unknown, transfer?: MessagePortMain[]): void {
    this.#child.postMessage(message, transfer)
  }

  /** Announces an exit that we cause; the first reason counts. */
  expectExit(intent: NonNullable<ExitObservation['intent']>): void {
    this.#watch.intent ??= intent
  }

  requestStop(): void {
    this.send({ type: 'stop' })
  }

  /** Sends a message to the bootstrap. */
  send(message: MonitorMessage): void {
    this.#port.postMessage(message)
  }

  terminate(): void {
    this.#child.kill()
  }

  kill(): void {
    const { pid } = this.#child
    // Electron's own kill() is SIGTERM, which a backend may trap.
    if (pid !== undefined) process.kill(pid, 'SIGKILL')
  }

  #begin(): Promise<number> {
    return new Promise((resolve) => {
      const begin = () => {
        if (this.#child.pid !== undefined) resolve(this.#child.pid)
      }
      this.#child.once('spawn', () => {
        const late = setTimeout(begin, STARTUP_DEFERRAL_MS)
        this.#child.once('exit', () => clearTimeout(late))
      })
      this.#port.once('message', begin)
    })
  }

  #listen({ onMessage, onParentPortMessage }: BackendProcessOptions): Promise<void> {
    this.#child.on('message', onParentPortMessage)
    return new Promise((loaded) => {
      this.#port.on('message', ({ data }) => {
        const message = parseBackendMessage(data)
        if (!message) return
        if (message.type === 'ready') loaded()
        if (message.type === 'launch-failed') this.#watch.launchError = message.error
        if (message.type === 'uncaught-exception') this.#watch.uncaught = message.error
        onMessage(message)
      })
      this.#port.start()
    })
  }
}

/**
 * The option for V8's heap limit, the only way V8's flags reach a utility process (measured). V8 takes MiB.
 */
function heapLimitArguments(bytes: number | null): string[] {
  return bytes === null ? [] : [`--js-flags=--max-old-space-size=${Math.max(1, Math.floor(bytes / 2 ** 20))}`]
}
