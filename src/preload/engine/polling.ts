import { type BackoffLimits, exponentialDelay } from '../../common/timing/backoff'

/** What the next look at the engine's jobs depends on. */
export interface PollingState {
  /** The WebSocket is open: changes are told. */
  readonly isTold: boolean
  /** A job waits or runs. */
  readonly isBusy: boolean
  /** Looks in a row that failed. */
  readonly failures: number
  /** Looks in a row without news. */
  readonly quietLooks: number
}

/** With the WebSocket a look is only for what a lost frame would hide. In milliseconds, like all that follows. */
const TOLD_BUSY_MS = 10_000
const TOLD_IDLE_MS = 60_000
const UNTOLD_MS = 1_000
const UNTOLD_IDLE_MS = 15_000
const FAILED: BackoffLimits = { firstMs: 1_000, lastMs: 15_000 }

/** When to look without being told of anything. */
export function nextLookMs({ isTold, isBusy, failures, quietLooks }: PollingState): number {
  if (failures > 0) return exponentialDelay(failures, FAILED)
  if (isTold) return isBusy ? TOLD_BUSY_MS : TOLD_IDLE_MS
  return isBusy ? UNTOLD_MS : Math.min(UNTOLD_IDLE_MS, UNTOLD_MS * 1.5 ** quietLooks)
}

/** Of the engine's time: less than 1 % of one core, even if it worked all the time that an answer took. */
const SHARE = 0.01
/** What was not used is left for a burst of short jobs, up to so much. */
const MAX_CREDIT_MS = 1_000
/** Between two looks, however much is told: many frames are one look. */
const MIN_PAUSE_MS = 25
/** Its jobs must not be lost sight of when the engine is slow because it is busy. */
const MAX_PAUSE_MS = 5_000

/** How much of the engine's time its jobs may be asked for. */
export class PollBudget {
  #creditMs = MAX_CREDIT_MS
  #at: number

  /** @param now monotonic, in milliseconds */
  constructor(now: number) {
    this.#at = now
  }

  /**
   * A look has just ended.
   * @param tookMs until the engine had answered
   * @returns how long to leave the engine alone, whatever is told, in milliseconds
   */
  spend(now: number, tookMs: number): number {
    this.#creditMs = Math.min(MAX_CREDIT_MS, this.#creditMs + (now - this.#at) * SHARE) - tookMs
    this.#at = now
    return Math.min(MAX_PAUSE_MS, Math.max(MIN_PAUSE_MS, -this.#creditMs / SHARE))
  }
}
