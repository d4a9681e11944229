import { canRaisePriority } from '../../../common/process/priority'
import type { ForkedProcess } from '../../backend/forked-process'
import type { SupervisorState } from '../../backend/supervisor-state'
import { availableMemory, freeInCgroup } from '../../memory/free-memory'
import { EarlyFork } from './early-fork'
import type { AskedBackend } from './process-options'
import { Standby, type StandbyOptions, type StandbyStatus } from './standby'

export interface NextProcessOptions extends Omit<StandbyOptions, 'freeBytes' | 'canBeSlow'> {
  /** `STUDIO_STANDBY`. */
  readonly hasStandby: boolean
}

/** The process of the backend's next run, ahead of its start: one that waits already, or one that is forked at the death. */
export class NextProcess {
  readonly #early: EarlyFork
  readonly #standby: Standby | null

  constructor(options: NextProcessOptions) {
    this.#early = new EarlyFork(options)
    this.#standby = options.hasStandby
      ? new Standby({ ...options, freeBytes: freeMemory, canBeSlow: canRaisePriority() })
      : null
  }

  /** `null` where no spare is asked for. */
  get standby(): StandbyStatus | null {
    return this.#standby?.status ?? null
  }

  /** Has a process ready for the start that follows a death. An engine's start is its Python's: to fork its runner early wins nothing. */
  begin(backend: AskedBackend): void {
    if (backend.engine === null && !this.#standby?.isFor(backend)) this.#early.begin(backend)
  }

  /** The process that the backend is to run in; `null` where it is to be forked. */
  take(backend: AskedBackend): ForkedProcess | null {
    const spare = this.#standby?.take(backend) ?? null
    if (!spare) return this.#early.take(backend)
    this.#early.discard()
    return spare
  }

  /** Tells of a state of the backend that has begun. */
  enter(state: SupervisorState): void {
    if (state === 'stopped' || state === 'gave-up') this.#early.discard()
    this.#standby?.enter(state)
  }

  /** Ends what waits; settles when it is gone. */
  async stop(): Promise<void> {
    this.#early.discard()
    await this.#standby?.stop()
  }
}

/** The memory that programs can still get here, in bytes; `null` where that cannot be told. */
function freeMemory(): number | null {
  const known = [availableMemory(), freeInCgroup(process.pid)].filter((bytes) => bytes !== null)
  return known.length === 0 ? null : Math.min(...known)
}
