import { sendGate } from '../../../common/privacy/send-gate'
import { errorMessage } from '../../../common/storage/errors'
import { type BackoffLimits, backoff } from '../../../common/timing/backoff'
import { within } from '../../../common/timing/within'
import type { Log } from '../../logging/log'
import { TroubleLines } from '../../logging/trouble-lines'
import type { AgentAway } from '../agent/agent-away'
import type { DeliveryResult } from '../agent/response'
import type { Outbox } from './outbox'

/** An Agent that restarts is back within seconds; one that is not installed is asked every few minutes. */
export const DELIVERY_BACKOFF: BackoffLimits = { firstMs: 5_000, lastMs: 300_000 }

/** So often an item may fail right before another is taken: then it is the item and not the Agent. */
const STRIKES = 5
const AGENT = 'the Datadog Agent'

export interface DeliveryOptions<Item> {
  readonly outbox: Outbox<Item>
  /** The kind of items, as the log names it. */
  readonly what: string
  /** The destination, as the log calls it; the Agent by default. */
  readonly to?: string
  /** Tells of an Agent that nobody reaches, for all who send there; none where there is no Agent. */
  readonly away?: AgentAway | undefined
  /** The fate of a payload that the Agent rejects, as the log says it. */
  readonly whenRejected: string
  readonly log: Log
  /** A random number from 0 to 1. */
  readonly random: () => number
  /** Called when the Agent accepts something again after a failure. */
  readonly onBack?: () => void
  readonly backoff?: BackoffLimits
}

/**
 * Delivers waiting items to the Agent: oldest first, one request at a time. A request that fails is split up,
 * so that an item that makes the Agent fail blocks no other; while the Agent is unavailable, attempts become
 * less frequent.
 */
export class Delivery<Item> {
  readonly #options: DeliveryOptions<Item>
  readonly #abort = new AbortController()
  readonly #strikes = new Map<string, number>()
  readonly #lines: TroubleLines
  #running: Promise<void> | null = null
  #stopped: Promise<void> | null = null
  #woken = false
  /**
   * True while each request carries one item, until one is accepted: the last request failed, and any of its
   * items may be the reason.
   */
  #singly = false
  #retry: NodeJS.Timeout | null = null
  #failures = 0
  #lastRefusal: string | null = null
  /** We are not let in: nothing is tried again before the next start. */
  #isForbidden = false

  constructor(options: DeliveryOptions<Item>) {
    const { log, what, to = AGENT } = options
    this.#options = options
    this.#lines = new TroubleLines((reason) => {
      if (reason === null) log.info(`${what} reach ${to} again`)
      else log.warn(`${what} do not reach ${to}: they are kept and sent later`, { reason })
    })
  }

  /**
   * Starts a pass: call it once at start, and when there may be something new. It does not bring the next
   * attempt forward while the Agent is unavailable.
   */
  wake(): void {
    if (this.#stopped || this.#isForbidden) return
    this.#options.outbox.tidy()
    this.#woken = true
    this.#start()
  }

  /** Makes the next attempt at once: the Agent has accepted something else. */
  agentIsBack(): void {
    if (!this.#retry) return
    clearTimeout(this.#retry)
    this.#retry = null
    this.wake()
  }

  /** Sends what waits, as far as that goes within `deadlineMs` milliseconds; it goes on afterwards. */
  async flush(deadlineMs: number): Promise<void> {
    if (this.#stopped || this.#isForbidden) return
    if (this.#retry) clearTimeout(this.#retry)
    this.#retry = null
    this.wake()
    await within(deadlineMs, (done) => {
      Promise.resolve(this.#running).then(done)
    })
  }

  /** Sends what it can within `deadlineMs` milliseconds; the rest waits for the next start. */
  stop(deadlineMs: number): Promise<void> {
    this.#stopped ??= this.#stop(deadlineMs)
    return this.#stopped
  }

  async #stop(deadlineMs: number): Promise<void> {
    const deadline = setTimeout(() => this.#abort.abort(), deadlineMs)
    if (this.#retry) clearTimeout(this.#retry)
    await this.#running
    await this.#pass('last')
    clearTimeout(deadline)
    this.#lines.stop()
  }

  #start(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = null
    })
  }

  async #run(): Promise<void> {
    while (this.#woken && this.#retry === null && !this.#stopped) {
      this.#woken = false
      await this.#pass('any')
    }
  }

  async #pass(when: 'any' | 'last'): Promise<void> {
    try {
      await this.#sendAll(when)
    } catch (error) {
      this.#away(errorMessage(error))
    }
  }

  /**
   * Sends all that waits. A failure may be due to the item: it is due to the Agent if the next item fails
   * too, or there is none.
   */
  async #sendAll(when: 'any' | 'last'): Promise<void> {
    const { outbox } = this.#options
    // What waits for an answer is not looked at.
    if (!sendGate.isOpen) return
    let rest = outbox.waiting(when)
    if (when === 'any') this.#forgetStrikes(rest)
    if (this.#isForbidden) return
    let failed: { readonly item: Item; readonly reason: string } | null = null
    let skipped = false
    while (rest[0] !== undefined) {
      if (this.#abort.signal.aborted || (when === 'any' && this.#stopped)) return
      const { count, result } = await outbox.send(this.#together(rest), this.#abort.signal)
      const { outcome } = result
      // Asked again while it was sent: it waits, and nobody is away.
      if (outcome === 'retry' && !sendGate.isOpen) return
      if (outcome === 'forbidden') {
        this.#isForbidden = true
        return
      }
      if (outcome === 'retry' && result.afterMs !== undefined)
        return this.#away(result.reason, result.afterMs)
      if (count > 1 && (outcome === 'retry' || outcome === 'rejected')) {
        this.#singly = true
        continue
      }
      if (outcome === 'retry') {
        if (this.#abort.signal.aborted) return
        if (failed) break
        failed = { item: rest[0], reason: result.reason }
        rest = rest.slice(1)
        continue
      }
      if (!outbox.acknowledge(rest.slice(0, count), outcome === 'accepted' ? 'accepted' : 'rejected')) return
      rest = rest.slice(count)
      if (outcome === 'empty') continue
      this.#answered(result)
      if (failed && !this.#strike(failed.item)) skipped = true
      failed = null
    }
    if (failed) this.#away(failed.reason)
    else if (skipped) this.#retryAfter(1)
  }

  /** The first items that may share a request: what failed before is sent alone. */
  #together(items: readonly Item[]): readonly Item[] {
    if (this.#singly) return items.slice(0, 1)
    const suspect = items.findIndex((item) => this.#strikes.has(this.#options.outbox.keyOf(item)))
    return suspect === -1 ? items : items.slice(0, Math.max(suspect, 1))
  }

  /** Forgets the failures of items that no longer wait, because they were dropped meanwhile. */
  #forgetStrikes(waiting: readonly Item[]): void {
    if (this.#strikes.size === 0) return
    const keys = new Set(waiting.map((item) => this.#options.outbox.keyOf(item)))
    for (const key of this.#strikes.keys()) if (!keys.has(key)) this.#strikes.delete(key)
  }

  /**
   * Counts a failure of an item.
   * @returns true if it was the last one allowed
   */
  #strike(item: Item): boolean {
    const { outbox } = this.#options
    const key = outbox.keyOf(item)
    const strikes = (this.#strikes.get(key) ?? 0) + 1
    if (strikes < STRIKES) this.#strikes.set(key, strikes)
    else {
      this.#strikes.delete(key)
      outbox.acknowledge([item], 'rejected')
      this.#refused(`failed ${STRIKES} times while others were taken`)
    }
    return strikes === STRIKES
  }

  #answered(result: DeliveryResult): void {
    const wasAway = this.#failures > 0
    this.#failures = 0
    this.#tell(null)
    if (result.outcome === 'accepted') {
      this.#lastRefusal = null
      this.#singly = false
    } else this.#refused(result.reason)
    if (wasAway) this.#options.onBack?.()
  }

  #refused(reason: string): void {
    const { log, what, to = AGENT, whenRejected } = this.#options
    if (reason !== this.#lastRefusal) log.warn(`${to} rejects ${what}: they are ${whenRejected}`, { reason })
    this.#lastRefusal = reason
  }

  #away(reason: string, atLeastMs = 0): void {
    this.#failures++
    this.#tell(reason)
    this.#retryAfter(this.#failures, atLeastMs)
  }

  #tell(failure: string | null): void {
    if (!this.#options.away?.heard(failure)) this.#lines.is(failure)
  }

  #retryAfter(failures: number, atLeastMs = 0): void {
    if (this.#stopped) return
    const { backoff: limits = DELIVERY_BACKOFF, random } = this.#options
    this.#retry = setTimeout(
      () => {
        this.#retry = null
        this.wake()
      },
      Math.max(backoff(failures, random(), limits), atLeastMs),
    ).unref()
  }
}
