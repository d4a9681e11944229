import type { Agent } from '../testing/agent/agent'
import { waitFor } from '../testing/waiting/wait-for'
import { expect, test } from './support/app/test'

/** The sum of a count's points that have all of these tags. */
function total(agent: Agent, name: string, ...tags: string[]): number {
  return valuesOf(agent, name, ...tags).reduce((sum, value) => sum + value, 0)
}

/** The values in the order they came. */
function valuesOf(agent: Agent, name: string, ...tags: string[]): number[] {
  return agent
    .metrics()
    .filter((metric) => metric.name === name && tags.every((tag) => metric.tags.includes(tag)))
    .map(({ value }) => value)
}

const withoutRepeats = (values: readonly number[]) => values.filter((value, at) => value !== values[at - 1])

test('a job done, one failed, a death that takes two along, a restart: exact counters', async ({
  launch,
  agent,
}) => {
  const env = { DD_TRACE_AGENT_URL: agent.url, DD_ENV: 'testing', DD_VERSION: '7.8.9' }
  const studio = launch({ env })
  const puppet = await studio.puppet()
  await puppet.start('done')
  await puppet.end('done')
  await puppet.queue('failed')
  await puppet.start('failed')
  await puppet.fail('failed')
  await puppet.queue('unwanted')
  await puppet.cancel('unwanted')
  await puppet.start('lost-1')
  await puppet.queue('lost-2')
  await puppet.die('abort')
  const again = await studio.puppet(2)
  await again.start('given-up')
  expect(await studio.quit()).toEqual({ code: 0, signal: null })

  expect(total(agent, 'studio.jobs.started')).toBe(4)
  expect(total(agent, 'studio.jobs.completed')).toBe(1)
  expect(total(agent, 'studio.jobs.failed')).toBe(3)
  expect(total(agent, 'studio.jobs.failed', 'cause:job-error')).toBe(1)
  expect(total(agent, 'studio.jobs.failed', 'cause:crash')).toBe(2)
  expect(total(agent, 'studio.jobs.cancelled')).toBe(2)
  expect(total(agent, 'studio.backend.deaths')).toBe(1)
  expect(total(agent, 'studio.backend.deaths', 'cause:crash', 'oom:false')).toBe(1)
  expect(total(agent, 'studio.backend.restarts')).toBe(1)
  expect(total(agent, 'studio.backend.restarts', 'cause:crash')).toBe(1)
  expect(withoutRepeats(valuesOf(agent, 'studio.backend.up'))).toEqual([1, 0, 1, 0])
  expect(new Set(valuesOf(agent, 'studio.backend.gave_up'))).toEqual(new Set([0]))

  const durations = agent.metrics().filter(({ name }) => name === 'studio.jobs.duration')
  expect(durations.map(({ tags }) => tags.find((tag) => tag.startsWith('end:'))).sort()).toEqual([
    'end:done',
    'end:failed',
    'end:failed',
  ])
  const waits = agent.metrics().filter(({ name }) => name === 'studio.jobs.wait')
  expect(waits).toHaveLength(1)
  for (const { type, value } of [...durations, ...waits]) {
    expect(type).toBe('distribution')
    expect(value).toBeLessThan(60)
  }
  const ours = agent.metrics().filter(({ name }) => name.startsWith('studio.'))
  for (const { name, tags } of ours) {
    expect(tags, name).toEqual(
      expect.arrayContaining([
        'env:testing',
        'service:hanzo-studio-inference',
        'version:7.8.9',
        'studio.process:main',
      ]),
    )
  }
})

test('memory, limits, jobs and own cost every ten seconds; Node’s own figures from both processes', {
  tag: '@packed',
}, async ({ launch, agent }) => {
  const env = {
    DD_TRACE_AGENT_URL: agent.url,
    STUDIO_MEMORY_LIMIT: '4GiB',
    STUDIO_HEAP_LIMIT: '300MiB',
    DD_RUNTIME_METRICS_FLUSH_INTERVAL: '500',
  }
  const studio = launch({ env })
  const puppet = await studio.puppet()
  await agent.setMode({ status: 503 }, 'traces')
  await puppet.start('a')
  await puppet.queue('b')
  await puppet.start('c')
  await puppet.fail('c')
  const gauge = async (name: string, ...tags: string[]) => {
    const metric = await agent.waitForMetric(
      (one) => one.name === name && tags.every((tag) => one.tags.includes(tag)),
    )
    expect(metric.type, name).toBe('gauge')
    return metric.value
  }
  expect(await gauge('studio.backend.memory.rss')).toBeGreaterThan(20 * 2 ** 20)
  expect(await gauge('studio.backend.memory.limit')).toBe(4 * 2 ** 30)
  expect(await gauge('studio.backend.memory.growth')).toBe(0)
  expect(await gauge('studio.backend.heap.limit')).toBe(300 * 2 ** 20)
  expect(await gauge('studio.backend.heap.used')).toBeGreaterThan(2 ** 20)
  expect(await gauge('studio.backend.uptime')).toBeGreaterThanOrEqual(0)
  await waitFor(() => valuesOf(agent, 'studio.jobs.running').includes(1), { what: 'the running job' })
  await waitFor(() => valuesOf(agent, 'studio.jobs.queued').includes(1), { what: 'the waiting job' })
  expect(await gauge('studio.delivery.waiting', 'record:profile')).toBeGreaterThanOrEqual(0)
  expect(await gauge('studio.delivery.waiting', 'record:job')).toBe(1)
  expect(await gauge('studio.delivery.oldest_age', 'record:job')).toBeGreaterThan(0)
  for (const role of ['main', 'backend']) {
    expect(await gauge('studio.event_loop.delay', `process:${role}`)).toBeLessThan(5)
  }
  expect(await gauge('studio.monitor.cpu', 'part:main')).toBeGreaterThan(0)
  expect(await gauge('studio.monitor.memory', 'part:main')).toBeGreaterThan(20 * 2 ** 20)
  // This is its own memory, not its process's.
  expect(await gauge('studio.monitor.memory', 'part:profiler')).toBeLessThan(100 * 2 ** 20)

  for (const role of ['main', 'backend']) {
    for (const name of NODE_METRICS) await gauge(name, `studio.process:${role}`)
    await waitFor(() => valuesOf(agent, 'runtime.node.gc.pause.count', `studio.process:${role}`).length > 0, {
      what: `a garbage collection of ${role}`,
    })
  }
  // In Electron they are wrong.
  expect(agent.metrics().filter(({ name }) => name.startsWith('runtime.node.event_loop'))).toEqual([])
  expect(agent.requests('dogstatsd').filter(({ taken }) => !taken)).toEqual([])
})

const NODE_METRICS = [
  'runtime.node.cpu.total',
  'runtime.node.mem.rss',
  'runtime.node.heap.heap_size_limit',
  'runtime.node.mem.heap_used',
  'runtime.node.process.uptime',
]

test('DD_RUNTIME_METRICS_ENABLED=false leaves Node’s own figures out, and Studio’s in', async ({
  launch,
  agent,
}) => {
  const studio = launch({ env: { DD_TRACE_AGENT_URL: agent.url, DD_RUNTIME_METRICS_ENABLED: 'false' } })
  await studio.puppet()
  await agent.waitForMetric(({ name }) => name === 'studio.monitor.memory')
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
  expect(agent.metrics().filter(({ name }) => name.startsWith('runtime.'))).toEqual([])
})

test('a backend that died too often is given up, and says so as long as the app lives', async ({
  launch,
  agent,
}) => {
  const studio = launch({ env: { DD_TRACE_AGENT_URL: agent.url, STUDIO_RESTART_LIMIT: '1/10m' } })
  await (await studio.puppet()).die('exit')
  await agent.waitForMetric(({ name, value }) => name === 'studio.backend.gave_up' && value === 1)
  expect(total(agent, 'studio.backend.deaths', 'cause:error-exit', 'oom:false')).toBe(1)
  expect(total(agent, 'studio.backend.restarts')).toBe(0)
  const states = () => valuesOf(agent, 'studio.backend.gave_up').filter((value) => value === 1).length
  // By the next look at the latest: the state is not only told when it changes.
  await waitFor(() => states() > 1, { what: 'the state to be told again' })
  expect(valuesOf(agent, 'studio.backend.up').at(-1)).toBe(0)
})

test('an Agent that takes its time gets the last figures all the same', async ({ launch, agent }) => {
  const studio = launch({ env: { DD_TRACE_AGENT_URL: agent.url } })
  await (await studio.puppet()).start('given-up')
  await agent.setMode({ slow: 1_200 }, 'dogstatsd')
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
  expect(total(agent, 'studio.jobs.cancelled')).toBe(1)
  expect(valuesOf(agent, 'studio.backend.up').at(-1)).toBe(0)
})

test('an Agent that hangs costs a quit no more than its deadline', async ({ launch, agent }) => {
  await agent.setMode('hang')
  const studio = launch({ env: { DD_TRACE_AGENT_URL: agent.url } })
  await studio.puppet()
  const from = Date.now()
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
  expect(Date.now() - from).toBeLessThan(20_000)
})
