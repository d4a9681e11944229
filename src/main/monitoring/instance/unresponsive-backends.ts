import type { EngineUnresponsive } from '../../../common/protocol/engine-unresponsive'
import type { Settings } from '../../settings/definitions'
import type { BackendInstance } from './backend-instance'

export interface UnresponsiveOptions {
  readonly mode: Settings['STUDIO_UNRESPONSIVE']
  readonly onUnresponsive: () => void
  /**
   * Records that the backend is unresponsive and lives on.
   * @param unresponsiveMs since its last heartbeat; `null` where it is the engine that is unresponsive
   */
  readonly record: (run: BackendInstance, unresponsiveMs: number | null) => void
}

/** Deals with a backend that is unresponsive. Killing is opt-in: then its death is what is recorded. */
export class UnresponsiveBackends {
  readonly #options: UnresponsiveOptions

  constructor(options: UnresponsiveOptions) {
    this.#options = options
  }

  /** @param unresponsiveMs since its last heartbeat, in milliseconds */
  backend(run: BackendInstance, unresponsiveMs: number): void {
    const { mode, onUnresponsive, record } = this.#options
    onUnresponsive()
    if (mode === 'restart') run.killTree('unresponsive')
    else record(run, unresponsiveMs)
  }

  /**
   * An engine that loads a model gets longer: that is no death, and is told all the same.
   * @param isNew false where it has been told
   */
  engine(run: BackendInstance, found: EngineUnresponsive, isNew: boolean): void {
    const { mode, onUnresponsive, record } = this.#options
    const isEnded = mode === 'restart' && found.isRestartDue
    if (!isEnded && !isNew) return
    onUnresponsive()
    if (isEnded) run.killTree('unresponsive')
    else record(run, null)
  }
}
