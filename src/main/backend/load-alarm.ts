import type { SupervisorState } from './supervisor-state'

/** Time for a backend's entry to be loaded, in milliseconds, from when on it is told that it has not been. */
export const LOAD_MS = 30_000

/** Tells of an entry that is not done loading, as one that waits for ever at its top level: once for each start. */
export class LoadAlarm {
  readonly #onLate: () => void
  #timer: NodeJS.Timeout | null = null

  constructor(onLate: () => void) {
    this.#onLate = onLate
  }

  /** Call it with each state of the supervisor: `starting` lasts until the entry is loaded. */
  enter(state: SupervisorState): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = state === 'starting' ? setTimeout(this.#onLate, LOAD_MS) : null
  }
}
