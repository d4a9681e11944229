import { StringDecoder } from 'node:string_decoder'
import { setTimeout as sleep } from 'node:timers/promises'
import { app, type MessagePortMain, type UtilityProcess } from 'electron'
import { markPrefix, withoutMarks } from '../../common/output/marks'
import type { ErrorSummary } from '../../common/protocol/messages'
import { OomKillBaseline } from '../memory/oom-kill-counter'
import { type OutputStream, readOutput } from './child-output'
import { readExitStatus } from './exit-cause-status'
import type { ExitObservation } from './exit-observation'

/**
 * Time to wait after `exit`, in milliseconds: `child-process-gone`, the last messages and the end of the output
 * come within 3 ms (measured), in any order, or not at all after a normal exit.
 */
const SETTLE_MS = 150
const SETTLE_SLICE_MS = 10
/**
 * Time to wait for main's own copy of a signal that may have gone to the whole process group, in
 * milliseconds.
 */
const GROUP_SIGNAL_MS = 500
const OOM_COUNTER_INTERVAL_MS = 5_000
/** Length of stderr kept, in UTF-16 code units: V8's final output takes about 4 KB. */
const STDERR_TAIL_LENGTH = 32_768

export interface ExitWatchOptions {
  readonly child: UtilityProcess
  readonly port: MessagePortMain
  /** The run's `BACKEND_MARKER`. */
  readonly marker: string
  /** All that it writes, also what comes after its exit. */
  readonly onOutput: (stream: OutputStream, chunk: Buffer) => void
  /** Monotonic, in milliseconds. */
  readonly now: () => number
}

/** The name that the fork gets: `child-process-gone` knows a process by it alone. */
export function serviceNameOf(marker: string): string {
  return `studio-backend-${marker}`
}

/** Collects what is known about a backend's end from the moment it is forked, and settles it once. */
export class ExitWatch {
  intent: ExitObservation['intent'] = null
  launchError: ErrorSummary | null = null
  uncaught: ErrorSummary | null = null
  errorStack: string | null = null
  readonly settled: Promise<ExitObservation>
  /** Settles when the output has come to its end; never where another process holds it open. */
  readonly outputEnded: Promise<unknown>

  #engineEnded: (exitCode: number) => void = () => {}
  #isEngineEnd = false
  readonly #reading = new AbortController()
  #gone: ExitObservation['gone'] = null
  #fatalError: string | null = null
  #stderr = ''
  readonly #marker: string
  #pid: number | null = null
  #oomKills: OomKillBaseline | null = null
  readonly #now: () => number

  constructor(options: ExitWatchOptions) {
    this.#now = options.now
    this.#marker = options.marker
    this.outputEnded = this.#readOutput(options.child, options.onOutput)
    this.settled = this.#settle(options)
  }

  /** The end of stderr as read so far. */
  get stderrTail(): string {
    return withoutMarks(markPrefix(this.#marker), this.#stderr)
  }

  /** Starts watching the process: it runs, and has time for that now. */
  started(pid: number): void {
    this.#oomKills = OomKillBaseline.of(pid, this.#now())
  }

  /** Settles with the end of an engine that its runner, the process that is watched, has outlived. */
  engineEnded(exitCode: number): void {
    this.#isEngineEnd = true
    this.#engineEnded(exitCode)
  }

  async #settle({ child, port, marker, now }: ExitWatchOptions): Promise<ExitObservation> {
    const startedAt = now()
    const gone = this.#watchGone(serviceNameOf(marker))
    let onClose = () => {}
    const portClosed = new Promise<void>((resolve) => {
      onClose = resolve
    })
    port.once('close', onClose)
    const onError = (type: string, location: string) => {
      this.#fatalError = `${type} at ${location}`
    }
    child.once('error', onError)
    const onSpawn = () => {
      this.#pid = child.pid ?? null
    }
    // One that was forked before has it already.
    onSpawn()
    child.once('spawn', onSpawn)
    const counting = setInterval(() => this.#oomKills?.refresh(now()), OOM_COUNTER_INTERVAL_MS)

    // Not `events.once`: an `error` event, which Electron emits before some exits, would reject it.
    const { exitCode, intentAtExit, endedAt } = await new Promise<{
      exitCode: number
      intentAtExit: ExitObservation['intent']
      endedAt: number
    }>((resolve) => {
      const end = (exitCode: number) => resolve({ exitCode, intentAtExit: this.intent, endedAt: Date.now() })
      child.once('exit', end)
      this.#engineEnded = (exitCode) => {
        child.off('exit', end)
        end(exitCode)
      }
    })
    const uptimeMs = now() - startedAt
    clearInterval(counting)
    await Promise.race([Promise.all([gone.seen, portClosed, this.outputEnded]), settleTime()])
    const status = { platform: process.platform, exitCode, gone: this.#gone, uncaught: this.uncaught }
    const mayBeGroupSignal = readExitStatus(status).ending === 'terminate'
    if (mayBeGroupSignal) await this.#intended(GROUP_SIGNAL_MS)
    gone.stop()
    // What the runner does and writes from now on is for the next engine's watch.
    if (this.#isEngineEnd) {
      this.#reading.abort()
      child.off('error', onError)
      child.off('spawn', onSpawn)
      port.off('close', onClose)
    }

    return {
      ...status,
      electronMajor: Number.parseInt(process.versions.electron, 10),
      launchError: this.launchError,
      errorStack: this.errorStack,
      stderrTail: this.stderrTail,
      lastWords: [],
      pid: this.#pid,
      // An intent that comes after the exit does not undo a death.
      intent: mayBeGroupSignal ? this.intent : intentAtExit,
      oomKills: this.#oomKills?.read(now()) ?? null,
      memory: null,
      fatalError: this.#fatalError,
      crash: null,
      uptimeMs,
      endedAt,
      runningJobs: 0,
    }
  }

  #watchGone(serviceName: string): { seen: Promise<void>; stop(): void } {
    let seen: () => void
    const onGone = (_event: unknown, { name, reason, exitCode }: Electron.Details) => {
      if (name !== serviceName) return
      this.#gone = { reason, exitCode }
      seen()
    }
    app.on('child-process-gone', onGone)
    return {
      seen: new Promise((resolve) => {
        seen = resolve
      }),
      stop: () => app.off('child-process-gone', onGone),
    }
  }

  #readOutput(child: UtilityProcess, onOutput: ExitWatchOptions['onOutput']): Promise<unknown> {
    const decoder = new StringDecoder('utf8')
    const { signal } = this.#reading
    const stderr = readOutput(
      child,
      'stderr',
      (chunk) => {
        this.#stderr = (this.#stderr + decoder.write(chunk)).slice(-STDERR_TAIL_LENGTH)
        onOutput('stderr', chunk)
      },
      signal,
    )
    const stdout = readOutput(child, 'stdout', (chunk) => onOutput('stdout', chunk), signal)
    return Promise.all([stdout, stderr])
  }

  async #intended(deadlineMs: number): Promise<void> {
    for (let waited = 0; this.intent === null && waited < deadlineMs; waited += 20) await sleep(20)
  }
}

/** Waits in slices: if main was blocked, an overdue timer fires before pending input is read. */
async function settleTime(): Promise<void> {
  for (let waited = 0; waited < SETTLE_MS; waited += SETTLE_SLICE_MS) await sleep(SETTLE_SLICE_MS)
}
