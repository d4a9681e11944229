import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { DistributionsSchema, SeriesSchema } from '../../../../testing/intake/schema'
import type { DeliveryResult } from '../agent/response'
import { DirectMetrics } from './direct-metrics'

const T0 = Date.UTC(2026, 10, 23, 20, 13)
const AT = T0 / 1_000

function open() {
  const clock = { now: T0 }
  const sent: [track: string, body: unknown][] = []
  const state: { answer: DeliveryResult } = { answer: { outcome: 'accepted' } }
  const metrics = new DirectMetrics({
    send: async (track, json) => {
      const schema = track === 'series' ? SeriesSchema : DistributionsSchema
      sent.push([track, v.parse(schema, JSON.parse(json))])
      return state.answer
    },
    tags: ['env:test', 'service:studio'],
    now: () => clock.now,
  })
  const flush = () => new Promise<void>((done) => metrics.flush(done))
  return { metrics, flush, sent, state, clock }
}

test('is not sent twice by the way that took it, where the other one is to be tried again', async () => {
  for (const failing of ['series', 'distributions']) {
    const sent: string[] = []
    let isBack = false
    const metrics = new DirectMetrics({
      send: async (track, json) => {
        const { series } = JSON.parse(json) as { series: { metric: string }[] }
        if (track === failing && !isBack) return { outcome: 'retry', reason: 'HTTP 503' }
        sent.push(...series.map(({ metric }) => metric))
        return { outcome: 'accepted' }
      },
      tags: [],
      now: () => T0,
    })
    const flush = () => new Promise<void>((done) => metrics.flush(done))
    metrics.increment('a.count', 1, {})
    metrics.distribution('a.distribution', 5, {})
    await flush()
    metrics.increment('a.later.count', 1, {})
    isBack = true
    await flush()
    expect(sent.sort()).toEqual(['a.count', 'a.distribution', 'a.later.count'])
  }
})

describe('what was gathered', () => {
  test('leaves as sums, last values and all values, with the tags of all and those of each', async () => {
    const { metrics, flush, sent } = open()
    metrics.increment('studio.jobs.failed', 1, { cause: 'crash' })
    metrics.increment('studio.jobs.failed', 2, { cause: 'crash' })
    metrics.increment('studio.jobs.failed', 1, { cause: 'killed' })
    metrics.gauge('studio.backend.up', 1, {})
    metrics.gauge('studio.backend.up', 0, {})
    metrics.distribution('studio.jobs.wait', 0.5, {})
    metrics.distribution('studio.jobs.wait', 1.5, {})
    await flush()
    const tags = ['env:test', 'service:studio']
    const point = (value: number) => [{ timestamp: AT, value }]
    expect(sent).toEqual([
      [
        'series',
        {
          series: [
            { metric: 'studio.jobs.failed', type: 1, points: point(3), tags: [...tags, 'cause:crash'] },
            { metric: 'studio.jobs.failed', type: 1, points: point(1), tags: [...tags, 'cause:killed'] },
            { metric: 'studio.backend.up', type: 3, points: point(0), tags },
          ],
        },
      ],
      ['distributions', { series: [{ metric: 'studio.jobs.wait', points: [[AT, [0.5, 1.5]]], tags }] }],
    ])
    await flush()
    expect(sent).toHaveLength(2)
  })

  test('of two flushes in one second has two times, so that neither point replaces the other', async () => {
    const { metrics, flush, sent } = open()
    for (let n = 0; n < 2; n++) {
      metrics.increment('studio.jobs.started', 1, {})
      await flush()
    }
    expect(sent.map(([, body]) => JSON.stringify(body).match(/"timestamp":(\d+)/)?.[1])).toEqual([
      String(AT),
      String(AT + 1),
    ])
  })
})

describe('what cannot be sent', () => {
  test('waits with its time and leaves oldest first, at most an hour', async () => {
    const { metrics, flush, sent, state, clock } = open()
    state.answer = { outcome: 'retry', reason: 'ENOTFOUND' }
    for (const minutes of [0, 30, 70]) {
      clock.now = T0 + minutes * 60_000
      metrics.increment('studio.jobs.started', 1, {})
      await flush()
    }
    state.answer = { outcome: 'accepted' }
    sent.length = 0
    await flush()
    const times = JSON.stringify(sent).match(/"timestamp":\d+/g)
    expect(times).toEqual([AT + 1_800, AT + 4_200].map((at) => `"timestamp":${at}`))
  })

  test.each(['rejected', 'forbidden'] as const)('because it is %s is not sent again', async (outcome) => {
    const { metrics, flush, sent, state } = open()
    state.answer = { outcome, reason: 'HTTP 4xx' }
    metrics.gauge('studio.backend.up', 1, {})
    await flush()
    await flush()
    expect(sent).toHaveLength(1)
  })
})
