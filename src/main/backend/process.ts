import type { MessagePortMain, UtilityProcess } from 'electron'
import { STARTUP_DEFERRAL_MS } from '../../common/process/startup-deferral'
import {
  type BackendMessage,
  hello,
  type MonitorMessage,
  type Profiling,
  parseBackendMessage,
} from '../../common/protocol/messages'
import { within } from '../../common/timing/within'
import { appTags } from '../../common/tracing/app-tags'
import type { OutputStream } from './child-output'
import type { ExitObservation } from './exit-observation'
import { ExitWatch } from './exit-watch'
import { type ForkedProcess, type ForkOptions, forkProcess } from './forked-process'
import { MessageRates } from './message-rates'
import type { BackendRun } from './supervisor'

export type { OutputStream }

export interface BackendProcessOptions extends ForkOptions {
  /** The profiling configuration; `null` for none. */
  readonly profiling: Profiling | null
  /** Secrets kept from its environment, and blanked in all that it prints. */
  readonly secrets?: readonly string[]
  readonly onMessage: (message: BackendMessage) => void
  readonly onOutput: (stream: OutputStream, chunk: Buffer) => void
  /** Called when more messages of a type come than are meant: the rest is dropped for a while. */
  readonly onFlood?: (type: string) => void
  /** Called with what the backend posts on its own `parentPort`. */
  readonly onParentPortMessage: (message: unknown) => void
  /** Called the moment that the process has exited, with any code but 0: before it is known why. */
  readonly onBrokenOff: () => void
  /** Monotonic, in milliseconds. */
  readonly now: () => number
}

/** The process of an engine's runner that has outlived its engine, and waits for the next start. */
export interface IdleRunner {
  readonly child: UtilityProcess
  readonly port: MessagePortMain
  readonly marker: string
}

/** One run of the backend: its port, its output, and the ways to end it. */
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
  readonly #marker: string
  /** The keys of the jobs that the runner keeps; `null` unless it has outlived its engine. */
  #kept: readonly number[] | null = null

  /**
   * Forks the backend, has it run in a process that was forked before, or has a runner that has outlived its engine start
   * the next one.
   * @throws if it cannot be forked
   */
  constructor(
    options: BackendProcessOptions,
    idle: IdleRunner | null = null,
    forked: ForkedProcess | null = null,
  ) {
    const { child, port, begin } = idle ? adopt(idle) : introduce(forked ?? forkProcess(options), options)
    this.#child = child
    this.#port = port
    this.#marker = options.marker
    this.#watch = new ExitWatch({
      child,
      onOutput: options.onOutput,
      port,
      marker: options.marker,
      now: options.now,
    })
    this.started = idle ? Promise.resolve(child.pid ?? 0) : this.#begin()
    this.started.then((pid) => this.#watch.started(pid))
    this.exited = this.#watch.settled
    const onExit = (code: number) => {
      if (code !== 0) options.onBrokenOff()
    }
    child.once('exit', onExit)
    // The next run on this process hears of its end by itself.
    this.exited.then(() => {
      if (this.#kept !== null) child.off('exit', onExit)
    })
    this.ready = this.#listen(options)
    begin()
  }

  /** The keys of the jobs that are kept for the next engine. */
  get kept(): readonly number[] {
    return this.idle ? (this.#kept ?? []) : []
  }

  /** The process, once its engine has ended and it has not. */
  get idle(): IdleRunner | null {
    // Electron takes the process id away once it has exited.
    if (this.#kept === null || this.#child.pid === undefined) return null
    return { child: this.#child, port: this.#port, marker: this.#marker }
  }

  /** Resolves when the process itself is gone, which may be later than the end of its engine. */
  get gone(): Promise<void> {
    if (this.#child.pid === undefined) return Promise.resolve()
    return new Promise((resolve) => this.#child.once('exit', () => resolve()))
  }

  /** The end of stderr, once no more of it comes, or the time is over. */
  async lastStderr(deadlineMs: number): Promise<string> {
    await within(deadlineMs, (done) => this.#watch.outputEnded.then(done))
    return this.#watch.stderrTail
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
      const beginLate = () => {
        const late = setTimeout(begin, STARTUP_DEFERRAL_MS)
        this.#child.once('exit', () => clearTimeout(late))
      }
      if (this.#child.pid === undefined) this.#child.once('spawn', beginLate)
      else beginLate()
      this.#port.once('message', begin)
    })
  }

  #listen({ onMessage, onFlood, onParentPortMessage, now }: BackendProcessOptions): Promise<void> {
    this.#child.on('message', onParentPortMessage)
    return new Promise((loaded) => {
      const rates = new MessageRates()
      const onPortMessage = ({ data }: { readonly data: unknown }) => {
        const { type } = Object(data) as { readonly type?: unknown }
        const admittance = rates.admit(type, now())
        if (admittance === 'drop-and-tell') onFlood?.(String(type))
        if (admittance !== 'read') return
        const message = parseBackendMessage(data)
        if (!message) return
        if (message.type === 'engine-ended') {
          this.#kept = message.kept
          // A kill that main meant is one all the same.
          if (message.isReplaced) this.#watch.intent ??= 'replace'
          this.#watch.engineEnded(message.exitCode)
        }
        if (message.type === 'ready') loaded()
        if (message.type === 'launch-failed') {
          this.#watch.launchError = message.error
          this.#watch.errorStack = message.stack
        }
        if (message.type === 'uncaught-exception') {
          this.#watch.uncaught = message.error
          this.#watch.errorStack = message.stack
        }
        onMessage(message)
      }
      this.#port.on('message', onPortMessage)
      this.#port.start()
      // The next run on this process listens for itself.
      this.#watch.settled.then(() => {
        if (this.#kept === null) return
        this.#port.off('message', onPortMessage)
        this.#child.off('message', onParentPortMessage)
      })
    })
  }
}

interface Started {
  readonly child: UtilityProcess
  readonly port: MessagePortMain
  /** Says the first word, once somebody listens. */
  readonly begin: () => void
}

function introduce({ child, port, theirs }: ForkedProcess, options: BackendProcessOptions): Started {
  const { heapLimitBytes, profiling, secrets, entry, args } = options
  const greeting = hello(heapLimitBytes, profiling, secrets, appTags.current, { entry, args })
  return { child, port, begin: () => child.postMessage(greeting, [theirs]) }
}

function adopt({ child, port }: IdleRunner): Started {
  return { child, port, begin: () => port.postMessage({ type: 'start-engine' } satisfies MonitorMessage) }
}
