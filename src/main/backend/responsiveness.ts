import { UNRESPONSIVE_AFTER_MS } from '../../common/protocol/heartbeat'

/** A backend that loads its models may not turn its event loop for a while. In milliseconds. */
const START_GRACE_MS = 20_000
/** A check that comes so much later than the one before means that the computer slept. In milliseconds. */
const SLEPT_MS = 5_000

export type ResponsivenessChange = 'unresponsive' | 'responsive-again'

/** Whether a backend's event loop turns, by its heartbeats: pure, with a monotonic clock passed in, in milliseconds. */
export class Responsiveness {
  #silentSince: number
  #checkedAt: number
  #unresponsive = false

  constructor(now: number) {
    // The first silence counts from the end of the grace.
    this.#silentSince = now + START_GRACE_MS - UNRESPONSIVE_AFTER_MS
    this.#checkedAt = now
  }

  beat(now: number): ResponsivenessChange | null {
    this.#silentSince = Math.max(this.#silentSince, now)
    if (!this.#unresponsive) return null
    this.#unresponsive = false
    return 'responsive-again'
  }

  /** To be called once a second or so. */
  check(now: number): ResponsivenessChange | null {
    const slept = now - this.#checkedAt - SLEPT_MS
    this.#checkedAt = now
    if (slept > 0) this.#silentSince = now
    if (this.#unresponsive || now - this.#silentSince < UNRESPONSIVE_AFTER_MS) return null
    this.#unresponsive = true
    return 'unresponsive'
  }

  /** The computer wakes up: its sleep was no silence. */
  resume(now: number): void {
    this.#silentSince = now
    this.#checkedAt = now
  }

  /** How long nothing has been heard, in milliseconds. */
  unresponsiveMs(now: number): number {
    return now - this.#silentSince
  }
}
