import { sendGate } from '../../../common/privacy/send-gate'

/** Datadog takes no older points, neither from its API nor from the Agent, in seconds. */
const MAX_AGE_S = 3_600
/** An hour of flushes every ten seconds. */
const MAX_WAITING = 360

export type MetricKind = 'count' | 'gauge' | 'distribution'

export interface MetricSeries {
  readonly kind: MetricKind
  readonly metric: string
  /** Its own, `name:value`. */
  readonly tags: readonly string[]
  /** The values; a count or a gauge has one. */
  values: number[]
}

/** The points gathered until one moment. */
export interface MetricFlush {
  /** The time of the first of them, in milliseconds since the epoch. */
  readonly from: number
  /** Seconds since the epoch. */
  readonly at: number
  readonly series: readonly MetricSeries[]
}

/** Gathers metrics into series, and keeps what could not be sent with its time for as long as Datadog would take it. */
export class MetricBuffer {
  #gathered = new Map<string, MetricSeries>()
  #waiting: MetricFlush[] = []
  #lastAt = 0
  #gatheredFrom = 0

  /** @param now milliseconds since the epoch */
  constructor(private readonly now: () => number) {}

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

  /** Ends what is being gathered: it waits with the rest from now on. */
  close(): void {
    if (this.#gathered.size === 0) return
    // Of two points of one second Datadog would keep the later alone.
    this.#lastAt = Math.max(Math.floor(this.now() / 1_000), this.#lastAt + 1)
    const isWithheld = sendGate.isWithheld(this.#gatheredFrom, this.now())
    if (!isWithheld) {
      const series = [...this.#gathered.values()]
      this.#waiting.push({ from: this.#gatheredFrom, at: this.#lastAt, series })
    }
    this.#gathered = new Map()
    if (this.#waiting.length > MAX_WAITING) this.#waiting.shift()
  }

  /** The oldest that wait, at most so many. What is too old is gone, and what was gathered in a denied time. */
  oldest(count: number): readonly MetricFlush[] {
    const oldest = this.now() / 1_000 - MAX_AGE_S
    this.#waiting = this.#waiting.filter(
      ({ from, at }) => at > oldest && !sendGate.isWithheld(from, at * 1_000),
    )
    return this.#waiting.slice(0, count)
  }

  /** They have been sent, or are lost. */
  remove(flushes: readonly MetricFlush[]): void {
    this.#waiting = this.#waiting.filter((flush) => !flushes.includes(flush))
  }

  #series(kind: MetricKind, metric: string, tags: Record<string, string>): MetricSeries {
    if (this.#gathered.size === 0) this.#gatheredFrom = this.now()
    const own = Object.entries(tags).map(([name, value]) => `${name}:${value}`)
    const key = [kind, metric, ...own].join(' ')
    const series = this.#gathered.get(key) ?? { kind, metric, tags: own, values: [] }
    this.#gathered.set(key, series)
    return series
  }
}
