import type { DogStatsD } from 'dd-trace'

/** Length of the day that is shown, in seconds. */
export const DAY_S = 24 * 60 * 60
/** The hour of the clock at which it begins and ends: the afternoon, when everybody is at work. */
export const FIRST_HOUR = 16
/** Length of one point of a graph, in seconds. */
export const BUCKET_S = 15 * 60
export const BUCKETS = DAY_S / BUCKET_S

/** One series' values in each part of the day; `count` is 0 where it was not sent. */
export interface Series {
  readonly name: string
  readonly tags: Readonly<Record<string, string>>
  readonly count: Float64Array
  readonly sum: Float64Array
  readonly max: Float64Array
  readonly min: Float64Array
}

/** A span, with what the dashboard shows of it. */
export interface ShownSpan {
  /** Seconds since the day began. */
  readonly at: number
  readonly fields: Readonly<Record<string, string>>
}

/** The metrics that a fleet has sent, in place of Datadog. */
export class Points {
  readonly spans: ShownSpan[] = []
  readonly #series = new Map<string, Series>()

  get series(): readonly Series[] {
    return [...this.#series.values()]
  }

  /**
   * The client with which one Studio's own code sends its metrics.
   * @param now seconds since the day began
   */
  client(common: Readonly<Record<string, string>>, now: () => number): DogStatsD {
    const keep = (name: string, value = 1, tags: object = {}) => {
      const own = Object.entries(tags).map(([tag, text]) => [tag, String(text)] as const)
      const key = [common.host, name, ...own.map(([, text]) => text)].join('|')
      const series = this.#series.get(key) ?? newSeries(name, { ...common, ...Object.fromEntries(own) })
      this.#series.set(key, series)
      add(series, Math.min(BUCKETS - 1, Math.floor(now() / BUCKET_S)), value)
    }
    return { gauge: keep, increment: keep, distribution: keep, histogram: keep, decrement: keep, flush() {} }
  }
}

function newSeries(name: string, tags: Record<string, string>): Series {
  return {
    name,
    tags,
    count: new Float64Array(BUCKETS),
    sum: new Float64Array(BUCKETS),
    max: new Float64Array(BUCKETS).fill(Number.NEGATIVE_INFINITY),
    min: new Float64Array(BUCKETS).fill(Number.POSITIVE_INFINITY),
  }
}

function add(series: Series, bucket: number, value: number): void {
  series.count[bucket] = (series.count[bucket] ?? 0) + 1
  series.sum[bucket] = (series.sum[bucket] ?? 0) + value
  series.max[bucket] = Math.max(series.max[bucket] ?? value, value)
  series.min[bucket] = Math.min(series.min[bucket] ?? value, value)
}
