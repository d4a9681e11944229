/** Shares of the limit. */
const PRESSURE = 0.85
const RELIEF = 0.75

export interface GuardDecision {
  /** Memory has become short: true once, and again only after it fell below 75 % of the limit. */
  readonly pressure: boolean
  /** The limit is exceeded: true once, and again only after memory fell below it. */
  readonly exceeded: boolean
  /** This reading alone proves nothing: take the next one at once, within about 100 ms. */
  readonly again: boolean
}

const FINE: GuardDecision = { pressure: false, exceeded: false, again: false }

/**
 * Decides when memory is too much.
 *
 * Two readings in a row are needed. While a process forks, its child holds all of its memory once more until
 * it calls exec, and the sum of the tree doubles: one reading would kill a backend at 55 % of its limit. A
 * second one at the usual interval would give a backend that allocates 2 GiB a second the time to trigger the
 * kernel's OOM killer. So the second is taken at once: at that speed it costs 0.2 GiB.
 */
export class MemoryGuard {
  readonly #limitBytes: number | null
  readonly #pressure = new HysteresisThreshold(PRESSURE, RELIEF)
  readonly #limit = new HysteresisThreshold(1, 1)

  /** @param limitBytes `null` for none: then no memory is too much */
  constructor(limitBytes: number | null) {
    this.#limitBytes = limitBytes
  }

  /** True if memory is near enough to the limit to be read more precisely, and more often. */
  isNear(bytes: number): boolean {
    return this.#limitBytes !== null && bytes >= this.#limitBytes * RELIEF
  }

  check(bytes: number): GuardDecision {
    if (this.#limitBytes === null) return FINE
    const share = bytes / this.#limitBytes
    const pressure = this.#pressure.check(share)
    const limit = this.#limit.check(share)
    return {
      pressure: pressure === 'crossed',
      exceeded: limit === 'crossed',
      again: pressure === 'reached' || limit === 'reached',
    }
  }
}

/**
 * A threshold that is reached by one reading, crossed by the next, reported once, and armed again below
 * `release`.
 */
class HysteresisThreshold {
  #state: 'armed' | 'reached' | 'told' = 'armed'

  constructor(
    private readonly reach: number,
    private readonly release: number,
  ) {}

  check(share: number): 'reached' | 'crossed' | null {
    if (this.#state === 'told') {
      if (share < this.release) this.#state = 'armed'
      return null
    }
    if (share < this.reach) {
      this.#state = 'armed'
      return null
    }
    const isSecond = this.#state === 'reached'
    this.#state = isSecond ? 'told' : 'reached'
    return isSecond ? 'crossed' : 'reached'
  }
}
