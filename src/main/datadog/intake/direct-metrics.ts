import type { DeliveryResult } from '../agent/response'
import type { RequestLimits } from '../agent/send'
import type { MetricsClient } from '../metrics/metrics'

/** For one request, in milliseconds. */
const TIMEOUT_MS = 10_000
/** Datadog takes no older points (metrics API). */
const MAX_AGE_S = 3_600
/** An hour of flushes every ten seconds. */
const MAX_WAITING = 360
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

type Kind = 'count' | 'gauge' | 'distribution'

interface Series {
  readonly kind: Kind
  readonly metric: string
  readonly tags: readonly string[]
  /** The values; a count or a gauge has one. */
  values: number[]
}

/** The points gathered until one moment. */
interface Flush {
  /** Seconds since the epoch. */
  readonly at: number
  readonly series: readonly Series[]
}

/**
 * Metrics to Datadog's API, with an API key and without an Agent. What cannot be sent waits in memory with its time for as
 * long as Datadog would take it. No host is named: Datadog counts a laptop as none.
 */
export class DirectMetrics implements MetricsClient {
  readonly #options: DirectMetricsOptions
  #gathered = new Map<string, Series>()
  #waiting: Flush[] = []
  #lastAt = 0
  #sending: Promise<void> | null = null

  constructor(options: DirectMetricsOptions) {
    this.#options = options
  }

  gauge(metric: string, value: number, tags: Record<string, string> = {}): void {
    this.#series('gauge', metric, tags).values = [value]
  }

  increment(metric: string, by: number, tags: Record<string, string> = {}): void {
    const series = this.#series('count', metric, tags)
    series.values = [(series.values[0] ?? 0) + by]
  }

  distribution(metric: string, value: number, tags: Record<string, string> = {}): void {
    this.#series('distribution', metric, tags).values.push(value)
  }

  /** @param done called when all of it was sent or cannot be for now */
  flush(done: () => void): void {
    this.#close()
    this.#sending ??= this.#send().finally(() => {
      this.#sending = null
    })
    this.#sending.then(done)
  }

  #series(kind: Kind, metric: string, tags: Record<string, string>): Series {
    const own = Object.entries(tags).map(([name, value]) => `${name}:${value}`)
    const key = [kind, metric, ...own].join(' ')
    const series = this.#gathered.get(key) ?? { kind, metric, tags: own, values: [] }
    this.#gathered.set(key, series)
    return series
  }

  #close(): void {
    if (this.#gathered.size === 0) return
    // Datadog would keep the later alone of two points of one second.
    this.#lastAt = Math.max(Math.floor(this.#options.now() / 1_000), this.#lastAt + 1)
    this.#waiting.push({ at: this.#lastAt, series: [...this.#gathered.values()] })
    this.#gathered = new Map()
    if (this.#waiting.length > MAX_WAITING) this.#waiting.shift()
  }

  async #send(): Promise<void> {
    for (;;) {
      const oldest = this.#options.now() / 1_000 - MAX_AGE_S
      this.#waiting = this.#waiting.filter(({ at }) => at > oldest)
      const flushes = this.#waiting.slice(0, FLUSHES_PER_REQUEST)
      if (flushes.length === 0) return
      const results = await Promise.all([this.#post('series', flushes), this.#post('distributions', flushes)])
      if (results.includes('retry')) return
      this.#waiting = this.#waiting.filter((flush) => !flushes.includes(flush))
    }
  }

  async #post(
    track: 'series' | 'distributions',
    flushes: readonly Flush[],
  ): Promise<DeliveryResult['outcome']> {
    const series = flushes.flatMap(({ at, series }) =>
      series
        .filter(({ kind }) => (kind === 'distribution') === (track === 'distributions'))
        .map((one) => this.#json(one, at)),
    )
    if (series.length === 0) return 'accepted'
    const { outcome } = await this.#options.send(track, JSON.stringify({ series }), { timeoutMs: TIMEOUT_MS })
    return outcome
  }

  #json({ kind, metric, values, tags: own }: Series, at: number): object {
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
