import type { Log } from '../log'
import { errorMessage } from '../storage/errors'
import { type BackoffLimits, backoff, DELIVERY_BACKOFF } from './backoff'
import { eventJson } from './event'
import type { ProfileStore, StoredSet } from './profile-store'
import { upload } from './upload'
import type { UploadResult } from './upload-result'

/** For one upload, in milliseconds: the Agent hands it on to Datadog before it answers. */
const TIMEOUT_MS = 30_000
/** So often a set may fail right before another is taken: then it is the set and not the Agent. */
const STRIKES = 5

export interface ProfileDeliveryOptions {
  readonly store: ProfileStore
  readonly agentUrl: string
  readonly log: Log
  /** 0 to 1. */
  readonly random: () => number
  readonly timeoutMs?: number
  readonly backoff?: BackoffLimits
}

/**
 * Brings the waiting profile sets to the Agent, oldest first, one at a time and one in memory. A set is settled on
 * disk at once when the Agent has confirmed it, not before: a kill in between may send it twice, but never loses it.
 */
export class ProfileDelivery {
  readonly #options: ProfileDeliveryOptions
  readonly #abort = new AbortController()
  readonly #strikes = new Map<string, number>()
  #running: Promise<void> | null = null
  #stopped: Promise<void> | null = null
  #woken = false
  #retry: NodeJS.Timeout | null = null
  #failures = 0
  #lastRefusal: string | null = null

  constructor(options: ProfileDeliveryOptions) {
    this.#options = options
  }

  /** Once at start, and when there may be a new set. While the Agent is away it does not hasten the next attempt. */
  wake(): void {
    if (this.#stopped) return
    this.#options.store.tidy()
    this.#woken = true
    this.#start()
  }

  /** Sends what it can within so many milliseconds, shutdown profiles first; the rest waits for the next start. */
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

  async #pass(which: 'any' | 'last'): Promise<void> {
    try {
      await this.#sendAll(which)
    } catch (error) {
      this.#away(errorMessage(error))
    }
  }

  /** A failure may be the set's own: it is the Agent's if the next set fails too, or there is none. */
  async #sendAll(which: 'any' | 'last'): Promise<void> {
    const { store } = this.#options
    const waiting = store.waiting()
    let failed: { readonly set: StoredSet; readonly reason: string } | null = null
    let skipped = false
    for (const set of which === 'last' ? shutdownFirst(waiting) : waiting) {
      if (this.#abort.signal.aborted || (which === 'any' && this.#stopped)) return
      const result = await this.#send(set)
      if (result.outcome === 'later') {
        if (this.#abort.signal.aborted) return
        if (failed) break
        failed = { set, reason: result.reason }
        continue
      }
      if (!store.settle(set, result.outcome === 'taken' ? 'uploaded' : 'refused')) return
      if (result.outcome === 'empty') continue
      this.#answered(result)
      if (failed && !this.#strike(failed.set)) skipped = true
      failed = null
    }
    if (failed) this.#away(failed.reason)
    else if (skipped) this.#retryAfter(1)
  }

  async #send(set: StoredSet): Promise<UploadResult | { readonly outcome: 'empty' }> {
    const { agentUrl, store, timeoutMs = TIMEOUT_MS } = this.#options
    const attachments = await store.load(set).catch(errorMessage)
    if (typeof attachments === 'string') return { outcome: 'later', reason: attachments }
    if (attachments.length === 0 || set.kind === 'near-death') return { outcome: 'empty' }
    const names = attachments.map(({ name }) => name)
    const event = eventJson(set, set.kind, names)
    return upload({ event, attachments }, { agentUrl, timeoutMs, signal: this.#abort.signal })
  }

  /** @returns whether that was the last one */
  #strike(set: StoredSet): boolean {
    const strikes = (this.#strikes.get(set.id) ?? 0) + 1
    if (strikes < STRIKES) this.#strikes.set(set.id, strikes)
    else {
      this.#strikes.delete(set.id)
      this.#options.store.settle(set, 'refused')
      this.#refused(`failed ${STRIKES} times while others were taken`)
    }
    return strikes === STRIKES
  }

  #answered(result: UploadResult): void {
    if (this.#failures > 0) this.#options.log.info('profiles reach the Datadog Agent again')
    this.#failures = 0
    if (result.outcome === 'taken') this.#lastRefusal = null
    else this.#refused(result.reason)
  }

  #refused(reason: string): void {
    if (reason !== this.#lastRefusal)
      this.#options.log.warn('the Datadog Agent refuses profiles: they are not sent again', { reason })
    this.#lastRefusal = reason
  }

  #away(reason: string): void {
    if (this.#failures++ === 0)
      this.#options.log.warn('profiles do not reach the Datadog Agent: they are kept and sent later', {
        reason,
      })
    this.#retryAfter(this.#failures)
  }

  #retryAfter(failures: number): void {
    if (this.#stopped) return
    const { backoff: limits = DELIVERY_BACKOFF, random } = this.#options
    this.#retry = setTimeout(
      () => {
        this.#retry = null
        this.wake()
      },
      backoff(failures, random(), limits),
    ).unref()
  }
}

/** Of what waits at the end, the newest would otherwise wait behind an hour of others. */
function shutdownFirst(sets: readonly StoredSet[]): StoredSet[] {
  const isLast = ({ kind }: StoredSet) => kind === 'on_shutdown'
  return [...sets.filter(isLast), ...sets.filter((set) => !isLast(set))]
}
