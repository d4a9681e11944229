import type { DeliveryResult } from '../agent/response'

/** What became of a part of what waits; `empty` where there was nothing of it to send. */
export interface Sent {
  /** How many of the first, at least one. */
  readonly count: number
  readonly result: DeliveryResult | { readonly outcome: 'empty' }
}

/** What waits for the Agent, on disk. */
export interface Outbox<Item> {
  /** When there may be something new: keeps within limits, tries again what the disk refused. */
  tidy(): void
  /**
   * Oldest first; `last` is asked when the app ends and time is short. Nothing where it could not be noted afterwards
   * that it was sent.
   */
  waiting(when: 'any' | 'last'): readonly Item[]
  /** Sends the first of these, as many as go into one request. Never rejects. */
  send(items: readonly Item[], signal: AbortSignal): Promise<Sent>
  /**
   * They are not sent again. Called at once when the Agent has confirmed them, not before: a kill in between may send
   * them twice, but never loses them.
   * @returns whether the disk has taken it; if not, nothing more is sent for now
   */
  acknowledge(items: readonly Item[], how: 'accepted' | 'rejected'): boolean
  /** Tells items apart. */
  keyOf(item: Item): string
}
