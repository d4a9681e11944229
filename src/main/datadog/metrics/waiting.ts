import type { Metrics } from './metrics'
import { METRICS, type TagValue } from './registry'

type Kind = TagValue<'studio.delivery.waiting', 'record'>

/**
 * Since when each record has waited that no Agent has accepted yet, by kind: in milliseconds since the epoch.
 */
export type Waiting = Readonly<Record<Kind, readonly number[]>>

/** @param now milliseconds since the epoch */
export function sendWaiting(metrics: Metrics, waiting: Waiting, now: number): void {
  for (const record of METRICS['studio.delivery.waiting'].tags.record) {
    const oldest = waiting[record].reduce((oldest, at) => Math.min(oldest, at), now)
    metrics.gauge('studio.delivery.waiting', waiting[record].length, { record })
    metrics.gauge('studio.delivery.oldest_age', (now - oldest) / 1_000, { record })
  }
}
