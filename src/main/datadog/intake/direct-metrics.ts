import { sendGate } from '../../../common/privacy/send-gate'
import type { DeliveryResult } from '../agent/response'
import type { RequestLimits } from '../agent/send'
import { MetricBuffer, type MetricFlush, type MetricSeries } from '../metrics/metric-buffer'
import type { MetricsClient } from '../metrics/metrics'

/** For one request, in milliseconds. */
const TIMEOUT_MS = 10_000
/** Flushes in one request: some 30 series each, and Datadog takes 5 MB. */
const FLUSHES_PER_REQUEST = 60

export interface DirectMetricsOptions {
  /** Sends JSON to Datadog's API. Never rejects. */
  readonly send: (
    track: 'series' | 'distributions',
    json: string,
    limits: RequestLimits,
  ) => Promise<DeliveryResult>
  /** `name:value`, of every metric. */
  readonly tags: readonly string[]
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/**
 * Metrics to Datadog's API, with an API key and without an Agent. What cannot be sent waits in memory with its time for as
 * long as Datadog would take it. No host is named: Datadog counts a laptop as none.
 */
export class DirectMetrics extends MetricBuffer implements MetricsClient {
  readonly #options: DirectMetricsOptions
  #sending: Promise<void> | null = null
  /** The flushes that one way has taken while the other is to be tried again: nothing is counted twice. */
  readonly #taken = { series: new WeakSet<MetricFlush>(), distributions: new WeakSet<MetricFlush>() }

  constructor(options: DirectMetricsOptions) {
    super(options.now)
    this.#options = options
  }

  /** @param done called when all of it was sent or cannot be for now */
  flush(done: () => void): void {
    this.close()
    if (!sendGate.isOpen) {
      done()
      return
    }
    this.#sending ??= this.#send().finally(() => {
      this.#sending = null
    })
    this.#sending.then(done)
  }

  async #send(): Promise<void> {
    for (;;) {
      const flushes = this.oldest(FLUSHES_PER_REQUEST)
      if (flushes.length === 0) return
      const results = await Promise.all([this.#post('series', flushes), this.#post('distributions', flushes)])
      if (results.includes('retry') || !sendGate.isOpen) return
      this.remove(flushes)
    }
  }

  async #post(
    track: 'series' | 'distributions',
    flushes: readonly MetricFlush[],
  ): Promise<DeliveryResult['outcome']> {
    const taken = this.#taken[track]
    const left = flushes.filter((flush) => !taken.has(flush))
    const series = left.flatMap(({ at, series }) =>
      series
        .filter(({ kind }) => (kind === 'distribution') === (track === 'distributions'))
        .map((one) => this.#json(one, at)),
    )
    if (series.length === 0) return 'accepted'
    const { outcome } = await this.#options.send(track, JSON.stringify({ series }), { timeoutMs: TIMEOUT_MS })
    if (outcome !== 'retry') for (const flush of left) taken.add(flush)
    return outcome
  }

  #json({ kind, metric, values, tags: own }: MetricSeries, at: number): object {
    const tags = [...this.#options.tags, ...own]
    if (kind === 'distribution') return { metric, points: [[at, values]], tags }
    return {
      metric,
      type: kind === 'count' ? COUNT : GAUGE,
      points: [{ timestamp: at, value: values[0] }],
      tags,
    }
  }
}

/** Datadog's numbers for them (`MetricIntakeType`). */
const COUNT = 1
const GAUGE = 3
