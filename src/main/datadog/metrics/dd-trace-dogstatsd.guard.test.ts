// Guards the behaviour of dd-trace's client: a new version that changes it must turn this red.

import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Agent, startAgent } from '../../../../testing/agent/agent'
import { runProgram } from '../../../../testing/program/program'

let agent: Agent
beforeEach(async () => {
  agent = await startAgent()
})
afterEach(() => agent.stop())

/**
 * Sends a metric from a traced process of its own.
 * @returns the time the delivery took, in milliseconds
 */
async function send(env: NodeJS.ProcessEnv = {}): Promise<number> {
  const program = `
    import { startTracer } from '../../../common/tracing/tracer'
    import { Metrics } from './metrics'
    const { tracer } = startTracer('main')
    const metrics = new Metrics(tracer?.dogstatsd ?? null)
    metrics.gauge('studio.backend.up', 1)
    metrics.gauge('studio.backend.up', 0)
    metrics.count('studio.jobs.failed', 1, { cause: 'crash' })
    metrics.count('studio.jobs.failed', 2, { cause: 'crash' })
    metrics.distribution('studio.jobs.duration', 1.5, { end: 'done' })
    metrics.distribution('studio.jobs.duration', 2.5, { end: 'done' })
    const from = performance.now()
    metrics.delivered(30_000).then(() => {
      console.log(performance.now() - from)
      process.exit(0)
    })`
  const { code, stdout, stderr } = await runProgram(program, {
    from: __dirname,
    env: {
      DD_TRACE_AGENT_URL: agent.url,
      DD_ENV: 'testing',
      DD_VERSION: '1',
      DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
      DD_REMOTE_CONFIGURATION_ENABLED: 'false',
      ...env,
    },
  })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return Number(stdout)
}

it('delivered means that the Agent has it: the last of a gauge, the sum of a count, all of a distribution', async () => {
  expect(await send()).toBeLessThan(25_000)
  const ours = agent.metrics().filter(({ name }) => name.startsWith('studio.'))
  expect(ours.map(({ name, type, value }) => `${type} ${name} ${value}`).sort()).toEqual([
    'count studio.jobs.failed 3',
    'distribution studio.jobs.duration 1.5',
    'distribution studio.jobs.duration 2.5',
    'gauge studio.backend.up 0',
  ])
  for (const { tags } of ours)
    expect(tags).toEqual(expect.arrayContaining(['env:testing', 'version:1', 'studio.process:main']))
})

it.each(['refuse', 'garbage', { status: 500 }] as const)(
  'is over at once when the Agent is away: %j',
  async (mode) => {
    await agent.setMode(mode)
    expect(await send()).toBeLessThan(25_000)
  },
)

it('a tracer that sends no metrics is not waited for', async () => {
  expect(await send({ DD_TRACE_ENABLED: 'false' })).toBeLessThan(25_000)
})
