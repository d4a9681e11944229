import { type BackoffLimits, exponentialDelay } from '../../common/timing/backoff'

/** The circumstances that the next look at the engine's jobs depends on. */
export interface PollingState {
  /** True if the WebSocket is open: changes are announced. */
  readonly isTold: boolean
  /** True if a job waits or runs. */
  readonly isBusy: boolean
  /** Failed requests in a row. */
  readonly failures: number
  /** Requests in a row without changes. */
  readonly quietLooks: number
}

/**
 * Delays with an open WebSocket, when a request only finds what a lost frame would hide. In milliseconds,
 * like all that follows.
 */
const TOLD_BUSY_MS = 10_000
const TOLD_IDLE_MS = 60_000
const UNTOLD_MS = 1_000
const UNTOLD_IDLE_MS = 15_000
const FAILED: BackoffLimits = { firstMs: 1_000, lastMs: 15_000 }

/** The delay of the next request if no change is announced. */
export function nextLookMs({ isTold, isBusy, failures, quietLooks }: PollingState): number {
  if (failures > 0) return exponentialDelay(failures, FAILED)
  if (isTold) return isBusy ? TOLD_BUSY_MS : TOLD_IDLE_MS
  return isBusy ? UNTOLD_MS : Math.min(UNTOLD_IDLE_MS, UNTOLD_MS * 1.5 ** quietLooks)
}

/** Share of the engine's time: less than 1 % of one core, even if it worked throughout each response. */
const SHARE = 0.01
/** Most unused time that is saved for a burst of short jobs. */
const MAX_CREDIT_MS = 1_000
/** Shortest pause between two requests, however many frames come: many share one request. */
const MIN_PAUSE_MS = 25
/** Longest pause: jobs must not be missed when the engine is slow because it is busy. */
const MAX_PAUSE_MS = 5_000

/**
 * Largest debt, in milliseconds: what one longest pause pays off. A request that fell into a lock held for seconds says
 * nothing of what the next one costs.
 */
const MAX_DEBT_MS = MAX_PAUSE_MS * SHARE

/** Limits the share of the engine's time that requests about jobs take. */
export class PollBudget {
  #creditMs = MAX_CREDIT_MS
  #at: number

  /** @param now monotonic, in milliseconds */
  constructor(now: number) {
    this.#at = now
  }

  /**
   * Counts a request that has just ended.
   * @param tookMs until the engine had responded
   * @returns the time to leave the engine alone, whatever is announced, in milliseconds
   */
  spend(now: number, tookMs: number): number {
    const saved = Math.min(MAX_CREDIT_MS, this.#creditMs + (now - this.#at) * SHARE)
    this.#creditMs = Math.max(-MAX_DEBT_MS, saved - tookMs)
    this.#at = now
    return Math.min(MAX_PAUSE_MS, Math.max(MIN_PAUSE_MS, -this.#creditMs / SHARE))
  }
}
