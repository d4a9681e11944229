import type { DogStatsD } from 'dd-trace'
import { describe, expect, it, vi } from 'vitest'
import { Metrics } from './metrics'
import { recordMetrics } from './testing/recorded'

describe('a metric', () => {
  it('goes out as what the registry says it is', () => {
    const { metrics, taken } = recordMetrics()
    metrics.gauge('studio.backend.up', 1)
    metrics.count('studio.backend.deaths', 1, { cause: 'crash', oom: 'false' })
    metrics.distribution('studio.jobs.duration', 1.5, { end: 'done' })
    metrics.flush()
    expect(taken()).toEqual([
      'gauge studio.backend.up 1',
      'count studio.backend.deaths 1 cause:crash oom:false',
      'distribution studio.jobs.duration 1.5 end:done',
      'flush',
    ])
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('of %s is none', (value) => {
    const { metrics, taken } = recordMetrics()
    metrics.gauge('studio.backend.up', value)
    metrics.distribution('studio.jobs.wait', value)
    expect(taken()).toEqual([])
  })

  it('is lost without a word where there is no tracer, or one that throws', async () => {
    const fails = () => {
      throw new Error('a defect')
    }
    const throwing = { gauge: fails, increment: fails, distribution: fails, flush: fails }
    const later = { ...throwing, flush: (_done: () => void) => fails() }
    for (const client of [null, throwing, later] as unknown as DogStatsD[]) {
      const metrics = new Metrics(client)
      metrics.gauge('studio.backend.up', 1)
      metrics.count('studio.jobs.started', 1)
      metrics.distribution('studio.jobs.wait', 1)
      metrics.flush()
      await metrics.delivered(60_000)
    }
  })
})

describe('delivery', () => {
  const withFlush = (flush: (done: () => void) => void) =>
    new Metrics({ flush } as unknown as DogStatsD).delivered(1_000)

  it('is over when the Agent has all', async () => {
    await withFlush((done) => setImmediate(done))
  })

  it('is of what was sent before as well', async () => {
    const answers: (() => void)[] = []
    const metrics = new Metrics({ flush: (done: () => void) => answers.push(done) } as unknown as DogStatsD)
    const settled = vi.fn()
    metrics.flush()
    const delivered = metrics.delivered(60_000).then(settled)
    answers[1]?.()
    await new Promise(setImmediate)
    expect(settled).not.toHaveBeenCalled()
    answers[0]?.()
    await delivered
  })

  it('ends at its deadline', async () => {
    vi.useFakeTimers()
    const settled = vi.fn()
    withFlush((_done) => {}).then(settled)
    await vi.advanceTimersByTimeAsync(999)
    expect(settled).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect(settled).toHaveBeenCalled()
    vi.useRealTimers()
  })
})
