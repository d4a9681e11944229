import { EventEmitter } from 'node:events'
import { explainExit } from './exit-cause'
import type { ExitExplanation, ExitObservation } from './exit-observation'
import { launchFailure } from './launch-failure'
import { decideRestart, nextAttempt, type RestartDecision, type RestartPolicy } from './restart-policy'
import { STOP_TIMES, type StopTimes } from './stop-times'
import type { SupervisorState } from './supervisor-state'

/** One run of the backend, from its fork to its exit, which settles once. */
export interface BackendRun {
  readonly pid: number | null
  /** Resolves when the entry has been loaded. Never settles for a backend that dies before. */
  readonly ready: Promise<void>
  /** Resolves with what was observed of the exit. Never rejects. */
  readonly exited: Promise<ExitObservation>
  /** Announces, before any kill, that the next exit is wanted. */
  expectExit(intent: NonNullable<ExitObservation['intent']>): void
  requestStop(): void
  terminate(): void
  kill(): void
}

const NOT_WHILE_STOPPING: RestartDecision = {
  decision: 'none',
  delayMs: null,
  deathsInWindow: 1,
  reason: 'it was being ended',
}

export interface Death {
  readonly evidence: ExitObservation
  readonly explanation: ExitExplanation
  readonly restart: RestartDecision
}

export interface SupervisorOptions {
  readonly spawn: () => BackendRun
  /** Runs what outlives its caller, for instance outside the trace of a request. */
  readonly detached: (begin: () => void) => void
  readonly policy: RestartPolicy
  readonly stopTimes?: StopTimes
  /** Records the death. Returns when that is done: nothing restarts before. */
  readonly onDeath: (death: Death) => void
  /** An engine was ended between two jobs, to be replaced: the next one is started when this returns. */
  readonly onReplaced?: () => void
  /** Tells why no start can succeed any more, in a sentence; `null` where one may. */
  readonly hopeless?: () => string | null
  /** Asked after each death that a restart would follow: it waits for the answer, and `false` keeps it back. */
  readonly beforeRestart?: () => Promise<boolean>
  /** A monotonic clock, in milliseconds: the wall clock may be set back. */
  readonly now: () => number
  /** A random number from 0 to 1. */
  readonly random: () => number
}

export interface SupervisorEvents {
  state: [state: SupervisorState, previous: SupervisorState]
  /** The backend ended without `stop` or `restart`: it exited with 0, or the settings ask for no restart. */
  ended: [end: { wanted: boolean }]
  /** The backend was killed, its process is still there, and it is waited for no longer. */
  outlived: [pid: number]
}

/** Starts the backend, and restarts it as the policy says. */
export class Supervisor extends EventEmitter<SupervisorEvents> {
  #state: SupervisorState = 'idle'
  #run: BackendRun | null = null
  #runningSince: number | null = null
  #restartTimer: NodeJS.Timeout | null = null
  #deaths: number[] = []
  #attempt = 0
  #ending: Promise<void> | null = null
  #stopping = false

  constructor(private readonly options: SupervisorOptions) {
    super()
  }

  get state(): SupervisorState {
    return this.#state
  }

  /** The process id of the running backend, or `null`. */
  get pid(): number | null {
    return this.#run?.pid ?? null
  }

  /** True if a death now would be followed by the next start at once, whatever its cause. */
  get wouldRestartAtOnce(): boolean {
    const { policy, beforeRestart } = this.options
    if (!this.#run || this.#state === 'stopping' || this.#stopping) return false
    if (policy.mode !== 'on-failure' || beforeRestart) return false
    const now = this.options.now()
    return this.#decide([...this.#deaths, now], this.#attemptAt(now), now, false).delayMs === 0
  }

  /** Starts a backend that never ran, or has ended by itself; it does not get out of `gave-up`. */
  start(): void {
    if (this.#run || this.#restartTimer || this.#state === 'gave-up') return
    this.#launch()
  }

  /**
   * Stops a running backend and starts it again: earlier deaths no longer count. Does nothing while stopping, and
   * starts nothing once the signal is aborted.
   */
  async restart(signal?: AbortSignal): Promise<void> {
    if (this.#stopping) return
    await this.#endRun()
    if (signal?.aborted) return
    // Another restart may have come first.
    if (this.#run || this.#restartTimer) return
    this.#deaths = []
    this.#attempt = 0
    this.#launch()
  }

  /**
   * Cancels a pending restart; asks the backend to stop, terminates it, kills it, each after its time: 5 s and 2 s.
   * Final.
   */
  async stop(): Promise<void> {
    this.#stopping = true
    await this.#endRun()
    if (this.#state !== 'idle') this.#enter('stopped')
  }

  async #endRun(): Promise<void> {
    if (this.#restartTimer) clearTimeout(this.#restartTimer)
    this.#restartTimer = null
    const run = this.#run
    if (!run) return
    // Set before any kill: an exit from here on is wanted.
    this.#enter('stopping')
    this.#ending ??= endRun(run, this.options.stopTimes ?? STOP_TIMES).finally(() => {
      this.#ending = null
    })
    await this.#ending
    // A process that even a kill does not end is no longer waited for.
    if (this.#run !== run) return
    // A process that has gone itself has a child that takes so long.
    if (run.pid !== null) this.emit('outlived', run.pid)
    this.#run = null
    this.#enter('stopped')
  }

  #launch(): void {
    if (this.#stopping) return
    this.#runningSince = null
    this.#enter('starting')
    // A listener may have called `stop`.
    if (this.#stopping) return
    this.options.detached(() => {
      const run = this.#spawn()
      if (run) this.#follow(run)
    })
  }

  #spawn(): BackendRun | null {
    try {
      return this.options.spawn()
    } catch (error) {
      this.#onExit(launchFailure(error))
      return null
    }
  }

  #follow(run: BackendRun): void {
    this.#run = run
    run.ready.then(() => {
      if (this.#run !== run || this.#state !== 'starting') return
      this.#runningSince = this.options.now()
      this.#enter('running')
    })
    run.exited.then((evidence) => {
      if (this.#run === run) this.#onExit(evidence)
    })
  }

  #onExit(evidence: ExitObservation): void {
    this.#run = null
    const explanation = explainExit(evidence)
    if (this.#state === 'stopping') this.#onWantedEnd(evidence, explanation)
    else if (explanation) this.#onDeath(evidence, explanation)
    else if (evidence.intent === 'replace') this.#replace()
    else this.#end({ wanted: true })
  }

  /** No death: it counts for no limit, and what comes of the next start is that one's own. */
  #replace(): void {
    this.options.onReplaced?.()
    this.#launch()
  }

  /**
   * Handles an exit that was asked for, which has no explanation. Asking does not undo a death that came
   * before: its jobs are lost all the same.
   */
  #onWantedEnd(evidence: ExitObservation, explanation: ExitExplanation | null): void {
    try {
      if (explanation) this.options.onDeath({ evidence, explanation, restart: NOT_WHILE_STOPPING })
    } finally {
      this.#enter('stopped')
    }
  }

  #onDeath(evidence: ExitObservation, explanation: ExitExplanation): void {
    const now = this.options.now()
    this.#attempt = this.#attemptAt(now)
    this.#deaths.push(now)
    const restart = this.#decide(this.#deaths, this.#attempt, now, explanation.oom)
    this.#deaths = this.#deaths.slice(-restart.deathsInWindow)
    try {
      this.options.onDeath({ evidence, explanation, restart })
    } finally {
      this.#goOn(restart)
    }
  }

  #attemptAt(now: number): number {
    return nextAttempt(this.#attempt, this.#runningSince === null ? 0 : now - this.#runningSince)
  }

  #decide(deaths: readonly number[], attempt: number, now: number, oom: boolean): RestartDecision {
    const { policy, hopeless, random } = this.options
    return decideRestart({ ...policy, deaths, attempt, now, oom, hopeless: hopeless?.() ?? null, random })
  }

  #goOn(restart: RestartDecision): void {
    switch (restart.decision) {
      case 'none':
        this.#end({ wanted: false })
        break
      case 'give-up':
        this.#enter('gave-up')
        break
      case 'restart':
        this.#attempt += 1
        this.#enter('backing-off')
        this.#restartAfter(restart.delayMs, this.options.beforeRestart?.() ?? null)
    }
  }

  #restartAfter(delayMs: number, allowed: Promise<boolean> | null): void {
    const goOn = (goes: boolean) => {
      // A stop or a restart came first.
      if (this.#restartTimer !== timer) return
      this.#restartTimer = null
      if (goes) this.#launch()
      else this.#end({ wanted: false })
    }
    const timer = setTimeout(() => {
      if (allowed) void allowed.then(goOn)
      else goOn(true)
    }, delayMs)
    this.#restartTimer = timer
  }

  #end(end: { wanted: boolean }): void {
    this.#enter('stopped')
    this.emit('ended', end)
  }

  #enter(state: SupervisorState): void {
    const previous = this.#state
    if (state === previous) return
    this.#state = state
    this.emit('state', state, previous)
  }
}

/** Asks the run to stop, then terminates it, then kills it, until it is gone. */
async function endRun(run: BackendRun, times: StopTimes): Promise<void> {
  run.expectExit('stop')
  const ways = [
    [() => run.requestStop(), times.askMs],
    [() => run.terminate(), times.terminateMs],
    [() => run.kill(), times.killMs],
  ] as const
  for (const [end, waitMs] of ways) {
    try {
      end()
    } catch {
      // A process that has just gone can be neither asked nor killed.
    }
    if (await exitsWithin(run, waitMs)) return
  }
}

function exitsWithin(run: BackendRun, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms)
    run.exited.then(() => {
      clearTimeout(timer)
      resolve(true)
    })
  })
}
