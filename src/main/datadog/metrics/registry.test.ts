import { describe, expect, expectTypeOf, it } from 'vitest'
import { Metrics } from './metrics'
import { METRIC_NAMES, METRICS, type MetricDefinition, type TagsOf } from './registry'

const definitions: readonly (readonly [string, MetricDefinition])[] = Object.entries(METRICS)

/**
 * Datadog would replace or cut other names
 * (https://docs.datadoghq.com/metrics/custom_metrics/#naming-custom-metrics).
 */
describe.each(definitions)('%s', (name, { meaning, tags, type, unit }) => {
  it('has a name and tags as Datadog keeps them', () => {
    expect(name).toMatch(/^studio(\.[a-z][a-z_]*)+$/)
    expect(name.length).toBeLessThan(100)
    for (const [tag, values] of Object.entries(tags)) {
      expect(tag).toMatch(/^[a-z][a-z_]*$/)
      // These are Datadog's own, and the tracer's.
      expect(['host', 'device', 'source', 'service', 'env', 'version', 'name', 'type', 'id']).not.toContain(
        tag,
      )
      if ('atMost' in values) continue
      expect(new Set(values).size).toBe(values.length)
      for (const value of values) expect(value).toMatch(/^[a-z][a-z-]*$/)
    }
  })

  it('says what it is, in a few words', () => {
    expect(meaning.length).toBeGreaterThan(10)
    expect(meaning.length).toBeLessThan(110)
    expect(meaning).not.toContain('|')
  })

  it('has few series: each is paid for, on each machine', () => {
    const numbers = Object.values(tags).map((values) => ('atMost' in values ? values.atMost : values.length))
    const series = numbers.reduce((product, number) => product * number, 1)
    expect(series).toBeLessThanOrEqual(16)
  })

  it('has a unit that fits its type', () => {
    if (type === 'distribution') expect(['second', 'percent']).toContain(unit)
    if (type === 'count') expect(['event', 'job']).toContain(unit)
  })
})

describe('what is not in the registry does not compile', () => {
  const metrics = new Metrics(null)
  it('a name, a type, a tag, a value', () => {
    metrics.gauge('studio.backend.up', 1)
    metrics.count('studio.backend.deaths', 1, { cause: 'crash', oom: 'false' })
    // @ts-expect-error: no such name
    metrics.gauge('studio.backend.upp', 1)
    // @ts-expect-error: a gauge
    metrics.count('studio.backend.up', 1)
    // @ts-expect-error: a count
    metrics.distribution('studio.jobs.started', 1)
    // @ts-expect-error: has no tags
    metrics.gauge('studio.backend.up', 1, { cause: 'crash' })
    // @ts-expect-error: has tags
    metrics.count('studio.backend.deaths', 1)
    // @ts-expect-error: one tag is missing
    metrics.count('studio.backend.deaths', 1, { cause: 'crash' })
    // @ts-expect-error: one tag too many
    metrics.count('studio.backend.restarts', 1, { cause: 'crash', oom: 'true' })
    // @ts-expect-error: no such value
    metrics.count('studio.jobs.failed', 1, { cause: 'tired' })
    // @ts-expect-error: not of `PackTags`, which keeps the bound
    metrics.gauge('studio.engine.nodes.memory_peak', 1, { pack: 'any' })
    expectTypeOf<TagsOf<'studio.monitor.cpu'>>().toEqualTypeOf<{ readonly part: 'main' | 'profiler' }>()
    expect(METRIC_NAMES).toHaveLength(definitions.length)
  })
})
