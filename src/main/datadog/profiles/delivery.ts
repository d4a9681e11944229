import { scrub } from '../../../common/privacy/scrubber'
import { sendGate } from '../../../common/privacy/send-gate'
import { errorMessage } from '../../../common/storage/errors'
import type { BackoffLimits } from '../../../common/timing/backoff'
import { appTags } from '../../../common/tracing/app-tags'
import type { Log } from '../../logging/log'
import { isHeapWithheld, isSetWithheld } from '../../records/consent/withheld'
import type { ProfileStore, StoredSet } from '../../records/profiles/profile-store'
import { isUploaded } from '../../records/profiles/uploaded-kinds'
import type { AgentAway } from '../agent/agent-away'
import { Delivery } from '../delivery/delivery'
import type { Outbox, Sent } from '../delivery/outbox'
import type { Intake } from '../intake/intake'
import { eventJson } from './event'

/** The one profile that has nothing of what was before it began. */
const CPU = 'wall.pprof'

/** Time limit of one upload, in milliseconds: the Agent passes it on to Datadog before it responds. */
const TIMEOUT_MS = 30_000

export interface ProfileDeliveryOptions {
  readonly store: ProfileStore
  readonly send: NonNullable<Intake['sendProfile']>
  /** The destination, as the log calls it; the Agent by default. */
  readonly to?: string
  readonly log: Log
  /** A random number from 0 to 1. */
  readonly random: () => number
  readonly onBack?: () => void
  readonly away?: AgentAway | undefined
  readonly timeoutMs?: number
  readonly backoff?: BackoffLimits
}

/**
 * Sends the waiting profile sets to the Agent, one per request and one in memory; at the end, shutdown
 * profiles first.
 */
export class ProfileDelivery extends Delivery<StoredSet> {
  constructor(options: ProfileDeliveryOptions) {
    super({
      ...options,
      outbox: new ProfileOutbox(options),
      what: 'profiles',
      whenRejected: 'not sent again',
    })
  }
}

class ProfileOutbox implements Outbox<StoredSet> {
  readonly #options: ProfileDeliveryOptions

  constructor(options: ProfileDeliveryOptions) {
    this.#options = options
  }

  tidy(): void {
    this.#options.store.tidy()
  }

  waiting(when: 'any' | 'last'): readonly StoredSet[] {
    const waiting = this.#options.store.waiting().filter((set) => !isSetWithheld(set, sendGate))
    return when === 'last' ? shutdownFirst(waiting) : waiting
  }

  async send([set]: readonly StoredSet[], signal: AbortSignal): Promise<Sent> {
    return { count: 1, result: set ? await this.#upload(set, signal) : { outcome: 'empty' } }
  }

  acknowledge([set]: readonly StoredSet[], how: 'accepted' | 'rejected'): boolean {
    return (
      set === undefined || this.#options.store.acknowledge(set, how === 'accepted' ? 'uploaded' : 'rejected')
    )
  }

  keyOf({ id }: StoredSet): string {
    return id
  }

  async #upload(set: StoredSet, signal: AbortSignal): Promise<Sent['result']> {
    const { send, store, timeoutMs = TIMEOUT_MS } = this.#options
    const loaded = await store.load(set).catch(errorMessage)
    if (typeof loaded === 'string') return { outcome: 'retry', reason: loaded }
    const isKept = isHeapWithheld(set, sendGate)
    const attachments = isKept ? loaded.filter(({ name }) => name === CPU) : loaded
    if (attachments.length === 0 || !isUploaded(set.kind)) return { outcome: 'empty' }
    const names = attachments.map(({ name }) => name)
    // A repository may be a folder, and a user's tags may hold anything.
    const event = scrub(eventJson(set, set.kind, names, appTags.at(Date.parse(set.end))))
    return send({ event, attachments }, { timeoutMs, signal })
  }
}

/** Puts shutdown profiles first, which at the end would otherwise wait behind an hour of others. */
function shutdownFirst(sets: readonly StoredSet[]): StoredSet[] {
  const isLast = ({ kind }: StoredSet) => kind === 'on_shutdown'
  return [...sets.filter(isLast), ...sets.filter((set) => !isLast(set))]
}
