import { BUCKETS, type Points, type Series } from './fleet/points'

/** Values over the day, `null` for none; named by the tags of the grouping. */
export interface Line {
  readonly group: readonly string[]
  readonly values: readonly (number | null)[]
}

const QUERY = /^(avg|max|min|sum):([a-z_.]+)\{([^}]*)\}(?: by \{([^}]*)\})?(\.as_count\(\))?$/

/** Answers a metric query as Datadog would: over time as over space, by the same aggregator. */
export function ask(points: Points, query: string): Line[] {
  const [, aggregator, name, scope = '', by, asCount] = QUERY.exec(query) ?? []
  if (!aggregator || !name) throw new Error(`not understood: ${query}`)
  const filters = scope.split(',').filter((filter) => filter !== '*' && !filter.startsWith('$'))
  const groups = by?.split(',') ?? []
  const found = points.series.filter(
    (series) =>
      series.name === name &&
      filters.every((filter) => series.tags[filter.split(':')[0] ?? ''] === filter.split(':')[1]),
  )
  const grouped = new Map<string, Series[]>()
  for (const series of found) {
    const key = groups.map((tag) => series.tags[tag] ?? '').join('|')
    grouped.set(key, [...(grouped.get(key) ?? []), series])
  }
  return [...grouped]
    .map(([key, series]) => ({
      group: key.split('|').filter(Boolean),
      values: Array.from({ length: BUCKETS }, (_, at) =>
        combine(series, at, aggregator, asCount !== undefined),
      ),
    }))
    .sort((a, b) => (a.group.join() < b.group.join() ? -1 : 1))
}

function combine(all: readonly Series[], at: number, aggregator: string, asCount: boolean): number | null {
  const sent = all.filter(({ count }) => (count[at] ?? 0) > 0)
  if (sent.length === 0) return null
  const of = (pick: (series: Series) => number | undefined) => sent.map((series) => pick(series) ?? 0)
  const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0)
  if (asCount) return total(of(({ sum }) => sum[at]))
  if (aggregator === 'max') return Math.max(...of(({ max }) => max[at]))
  if (aggregator === 'min') return Math.min(...of(({ min }) => min[at]))
  const sums = total(of(({ sum }) => sum[at]))
  const counts = total(of(({ count }) => count[at]))
  if (aggregator === 'avg') return sums / counts
  return total(of(({ sum, count }) => (sum[at] ?? 0) / (count[at] ?? 1)))
}

/** Reduces a line to one figure, as a widget asks for it. */
export function reduce({ values }: Line, how: string): number | null {
  const known = values.filter((value) => value !== null)
  if (known.length === 0) return null
  if (how === 'sum') return known.reduce((sum, value) => sum + value, 0)
  if (how === 'max') return Math.max(...known)
  if (how === 'min') return Math.min(...known)
  if (how === 'avg') return known.reduce((sum, value) => sum + value, 0) / known.length
  return values.at(-1) ?? null
}
