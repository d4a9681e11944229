import type { DeliveryResult } from '../agent/response'

/** The result of sending some of the waiting items; `empty` if there was nothing to send of them. */
export interface Sent {
  /** The number of first items that the result is for, at least one. */
  readonly count: number
  readonly result: DeliveryResult | { readonly outcome: 'empty' }
}

/** The items that wait for the Agent, on disk. */
export interface Outbox<Item> {
  /**
   * Keeps within limits, and retries what the disk did not accept. Call it when there may be something new.
   */
  tidy(): void
  /**
   * The waiting items, oldest first; `last` when the app quits and time is short. None if it could not be
   * recorded afterwards that they were sent.
   */
  waiting(when: 'any' | 'last'): readonly Item[]
  /** Sends the first of these items, as many as fit in one request. Never rejects. */
  send(items: readonly Item[], signal: AbortSignal): Promise<Sent>
  /**
   * Records that the items need not be sent again. Call it as soon as the Agent has confirmed them, not
   * before: a kill in between may send them twice, but never loses them.
   * @returns true if it is on disk; if not, nothing more is sent for now
   */
  acknowledge(items: readonly Item[], how: 'accepted' | 'rejected'): boolean
  /** Identifies an item. */
  keyOf(item: Item): string
}
