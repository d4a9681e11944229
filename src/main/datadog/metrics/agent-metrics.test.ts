import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Agent, startAgent } from '../../../../testing/agent/agent'
import { AgentMetrics } from './agent-metrics'
import { recordMetrics } from './testing/recorded'

const T0 = Date.UTC(2026, 10, 23, 20, 13)
const AT = T0 / 1_000

let agent: Agent
beforeEach(async () => {
  agent = await startAgent()
})
afterEach(() => agent.stop())

function open() {
  const clock = { now: T0 }
  const { client: port, taken } = recordMetrics()
  const onSent = vi.fn()
  const metrics = new AgentMetrics({
    agentUrl: agent.url,
    tags: ['env:test'],
    now: () => clock.now,
    port: { ...port, flush: (done) => done?.() },
    onSent,
  })
  const flush = () => new Promise<void>((done) => metrics.flush(done))
  return { metrics, flush, clock, taken, onSent }
}

const received = () =>
  agent.metrics().map(({ type, name, value, tags, at }) => [type, name, value, tags.join(','), at])

test('what was gathered is one request of its own, without a time', async () => {
  const { metrics, flush, onSent } = open()
  metrics.increment('studio.jobs.failed', 1, { cause: 'crash' })
  metrics.increment('studio.jobs.failed', 2, { cause: 'crash' })
  metrics.gauge('studio.backend.up', 1)
  metrics.gauge('studio.backend.up', 0)
  metrics.distribution('studio.jobs.wait', 0.5)
  metrics.distribution('studio.jobs.wait', 1.5)
  await flush()
  expect(received()).toEqual([
    ['count', 'studio.jobs.failed', 3, 'env:test,cause:crash', null],
    ['gauge', 'studio.backend.up', 0, 'env:test', null],
    ['distribution', 'studio.jobs.wait', 0.5, 'env:test', null],
    ['distribution', 'studio.jobs.wait', 1.5, 'env:test', null],
  ])
  expect(onSent).toHaveBeenCalledTimes(1)
  await flush()
  expect(agent.requests('dogstatsd')).toHaveLength(1)
})

test.each(['refuse', 'reset', { status: 503 }] as const)(
  'counts and gauges that no Agent took (%j) go out with their time, oldest first, at most an hour old',
  async (mode) => {
    const { metrics, flush, clock, onSent } = open()
    await agent.setMode(mode)
    for (const minutes of [0, 30, 70]) {
      clock.now = T0 + minutes * 60_000
      metrics.increment('studio.backend.deaths', 1)
      metrics.distribution('studio.jobs.wait', 1)
      await flush()
    }
    expect(onSent).not.toHaveBeenCalled()
    await agent.setMode('ok')
    metrics.gauge('studio.backend.up', 1)
    await flush()
    expect(received()).toEqual([
      ['count', 'studio.backend.deaths', 1, 'env:test', AT + 1_800],
      ['count', 'studio.backend.deaths', 1, 'env:test', AT + 4_200],
      ['gauge', 'studio.backend.up', 1, 'env:test', null],
    ])
    expect(onSent).toHaveBeenCalledTimes(1)
  },
)

test('what is gathered while a request is under way goes after it, and is waited for', async () => {
  const { metrics, flush } = open()
  await agent.setMode({ slow: 200 }, 'dogstatsd')
  metrics.increment('studio.jobs.started', 1)
  const first = flush()
  metrics.increment('studio.jobs.started', 2)
  await flush()
  await first
  expect(agent.metrics().map(({ value }) => value)).toEqual([1, 2])
})

test('what the Agent rejects is not sent again', async () => {
  const { metrics, flush } = open()
  await agent.setMode({ status: 413 }, 'dogstatsd')
  metrics.increment('studio.jobs.started', 1)
  await flush()
  await agent.setMode('ok')
  await flush()
  expect(agent.requests('dogstatsd')).toHaveLength(1)
})

test('an Agent without such a way gets them at DogStatsD’s own port, from the first on', async () => {
  const { metrics, flush, taken, onSent } = open()
  await agent.setMode({ status: 404 }, 'dogstatsd')
  metrics.increment('studio.backend.deaths', 1, { cause: 'crash' })
  metrics.distribution('studio.jobs.wait', 1.5)
  await flush()
  metrics.gauge('studio.backend.up', 1)
  await flush()
  expect(taken()).toEqual([
    'count studio.backend.deaths 1 cause:crash',
    'distribution studio.jobs.wait 1.5',
    'gauge studio.backend.up 1',
  ])
  expect(agent.requests('dogstatsd')).toHaveLength(1)
  expect(onSent).not.toHaveBeenCalled()
})
