import { UNRESPONSIVE_AFTER_MS } from '../../common/protocol/heartbeat'

/** Grace at the start, in milliseconds: while it loads its models a backend may block its event loop. */
const START_GRACE_MS = 20_000
/** Delay of a check, in milliseconds, that means that the computer slept. */
const SLEPT_MS = 5_000

export type ResponsivenessChange = 'unresponsive' | 'responsive-again'

/**
 * Judges by its heartbeats whether a backend's event loop is responsive: pure, with a monotonic clock in
 * milliseconds passed in.
 */
export class Responsiveness {
  #silentSince: number
  #checkedAt: number
  #unresponsive = false

  constructor(now: number) {
    // The first unresponsive time counts from the end of the grace.
    this.#silentSince = now + START_GRACE_MS - UNRESPONSIVE_AFTER_MS
    this.#checkedAt = now
  }

  beat(now: number): ResponsivenessChange | null {
    this.#silentSince = Math.max(this.#silentSince, now)
    if (!this.#unresponsive) return null
    this.#unresponsive = false
    return 'responsive-again'
  }

  /** Checks for a change; call it about once a second. */
  check(now: number): ResponsivenessChange | null {
    const slept = now - this.#checkedAt - SLEPT_MS
    this.#checkedAt = now
    if (slept > 0) this.#silentSince = now
    if (this.#unresponsive || now - this.#silentSince < UNRESPONSIVE_AFTER_MS) return null
    this.#unresponsive = true
    return 'unresponsive'
  }

  /** Restarts the measurement when the computer wakes up: the time asleep does not count as unresponsive. */
  resume(now: number): void {
    this.#silentSince = now
    this.#checkedAt = now
  }

  /** Time since the last heartbeat, in milliseconds. */
  unresponsiveMs(now: number): number {
    return now - this.#silentSince
  }
}
