import { errorMessage } from '../../../common/storage/errors'
import { exponentialDelay } from '../../../common/timing/backoff'
import type { ForkedProcess } from '../../backend/forked-process'
import type { SupervisorState } from '../../backend/supervisor-state'
import type { Log } from '../../logging/log'
import type { AskedBackend, ProcessOptions } from './process-options'
import { Spare } from './spare'
import { decideSpare } from './spare-policy'

const TICK_MS = 2_000
/** Pauses after spares that died, one after the other. */
const PAUSES = { firstMs: 10_000, lastMs: 10 * 60_000 }
/** Time that a spare has waited after which earlier deaths no longer count, in milliseconds. */
const HEALTHY_MS = 5 * 60_000

/** How a spare process stands, for those who ask from outside. */
export interface StandbyStatus {
  /** `null` where none waits. */
  readonly pid: number | null
  /** Its resident memory when it had loaded, in bytes; `null` where none waits. */
  readonly residentBytes: number | null
  /** Why none waits, in words; `null` where one does, or is loading. */
  readonly why: string | null
}

export interface StandbyOptions {
  readonly backend: () => AskedBackend
  /** The options that the backend's process would be started with now. */
  readonly optionsOf: (backend: AskedBackend) => ProcessOptions
  readonly newMarker: () => string
  /** True while the backend has jobs. */
  readonly isBusy: () => boolean
  /** Why no start can succeed; `null` where one may. */
  readonly hopeless: () => string | null
  /** The memory that programs can still get here, in bytes; `null` where that cannot be told. */
  readonly freeBytes: () => number | null
  /** True if the priority of a process can be lowered while it loads, and raised again. */
  readonly canBeSlow: boolean
  readonly log: Pick<Log, 'debug' | 'info' | 'warn'>
  readonly onChange: () => void
  /** Monotonic, in milliseconds. */
  readonly now: () => number
}

/** Keeps one spare process for the backend's next start, as `STUDIO_STANDBY` asks. A failure in it costs no start. */
export class Standby {
  readonly #options: StandbyOptions
  readonly #ticking: NodeJS.Timeout
  #spare: { readonly process: Spare; readonly madeAt: number } | null = null
  #state: SupervisorState = 'idle'
  #runningSince = 0
  #busyAt = 0
  #deaths = 0
  #notBefore = 0
  #why: string | null = null
  #ending: Promise<void> = Promise.resolve()

  constructor(options: StandbyOptions) {
    this.#options = options
    this.#ticking = setInterval(() => this.#look(), TICK_MS).unref()
  }

  get status(): StandbyStatus {
    const process = this.#spare?.process
    const residentBytes = process?.residentBytes ?? null
    return {
      pid: residentBytes === null ? null : (process?.pid ?? null),
      residentBytes,
      why: process ? null : this.#why,
    }
  }

  /** Tells of a state of the backend that has begun. */
  enter(state: SupervisorState): void {
    this.#state = state
    if (state === 'running') this.#runningSince = this.#options.now()
  }

  /** True if `take` has a process for this backend. */
  isFor(backend: AskedBackend): boolean {
    if (backend.engine || !this.#spare) return false
    const { process } = this.#spare
    return process.isWaiting && process.isFor(this.#options.optionsOf(backend))
  }

  /** The process that waits, where a fork now would be the same; else `null`. */
  take(backend: AskedBackend): ForkedProcess | null {
    const taken = this.isFor(backend) ? this.#spare?.process : null
    if (!taken) return null
    this.#spare = null
    this.#options.log.info(`the spare process ${taken.pid} runs the backend`)
    this.#options.onChange()
    return taken.hand()
  }

  /** Ends it for good; settles when it is gone. */
  async stop(): Promise<void> {
    clearInterval(this.#ticking)
    this.#end('nothing is to be started')
    await this.#ending
  }

  #look(): void {
    const { now, isBusy, hopeless, backend, freeBytes } = this.#options
    try {
      if (isBusy()) this.#busyAt = now()
      const decision = decideSpare({
        state: this.#state,
        hopeless: backend().engine ? 'the backend is an engine' : hopeless(),
        spare: this.#spare && {
          madeAt: this.#spare.madeAt,
          isCurrent: this.#spare.process.isFor(this.#options.optionsOf(backend())),
        },
        freeBytes: freeBytes(),
        now: now(),
        runningSince: this.#runningSince,
        busyAt: this.#busyAt,
        notBefore: this.#notBefore,
      })
      if (decision.to === 'make') this.#make()
      else if (decision.to === 'end') this.#end(decision.why)
      else if (decision.to === 'wait') this.#explain(decision.why)
    } catch (error) {
      this.#lose(`no spare process can be made: ${errorMessage(error)}`)
    }
  }

  #make(): void {
    const options = this.#options
    const made = {
      madeAt: options.now(),
      process: new Spare({
        options: options.optionsOf(options.backend()),
        marker: options.newMarker(),
        isSlow: options.canBeSlow,
        onStandingBy: () => {
          options.log.debug(`a spare process waits for the backend's next start, pid ${made.process.pid}`)
          options.onChange()
        },
        onDied: () => {
          if (this.#spare === made) this.#lose('the spare process died')
        },
      }),
    }
    this.#spare = made
    this.#why = null
  }

  #lose(what: string): void {
    const { now, log } = this.#options
    const isHealthy = this.#spare !== null && now() - this.#spare.madeAt > HEALTHY_MS
    this.#deaths = isHealthy ? 1 : this.#deaths + 1
    this.#spare = null
    const pauseMs = exponentialDelay(this.#deaths, PAUSES)
    this.#notBefore = now() + pauseMs
    log.warn(
      `${what}: the next start is an ordinary one until there is another, in ${pauseMs / 1_000} s at the earliest`,
    )
    this.#explain('the last one died')
  }

  #end(why: string): void {
    const { process } = this.#spare ?? {}
    if (!process) return
    this.#spare = null
    this.#options.log.debug(`the spare process ${process.pid} is ended: ${why}`)
    this.#explain(why)
    this.#ending = process.end()
  }

  #explain(why: string): void {
    if (this.#why === why && this.#spare === null) return
    this.#why = why
    this.#options.onChange()
  }
}
