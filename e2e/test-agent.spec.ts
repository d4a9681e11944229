import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import path from 'node:path'
import type { Metric } from '../testing/agent/metric'
import { parseMetrics } from '../testing/agent/metric'
import { waitFor } from '../testing/waiting/wait-for'
import type { Studio } from './support/app/studio'
import { test as base, expect } from './support/app/test'
import { PublishedEngine, usePublishedEngine } from './support/engine/published-engine'
import { TestAgent, useTestAgent } from './support/test-agent'

/** The test agent has no way for metrics, as an old Agent: then they go to DogStatsD's own port. */
class DogStatsD {
  readonly metrics: Metric[] = []
  readonly problems: string[] = []

  private constructor(
    readonly socket: Socket,
    readonly port: number,
  ) {
    socket.on('message', (packet) => {
      try {
        this.metrics.push(...parseMetrics(packet.toString()))
      } catch (error) {
        this.problems.push(String(error))
      }
    })
  }

  static async open(): Promise<DogStatsD> {
    const socket = createSocket('udp4').bind(0, '127.0.0.1')
    await once(socket, 'listening')
    return new DogStatsD(socket, socket.address().port)
  }
}

const test = base.extend<{ readonly testAgent: TestAgent; readonly dogStatsD: DogStatsD }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures' names from this pattern
  testAgent: async ({}, use) => {
    const agent = await TestAgent.start()
    await use(agent)
    await agent.stop()
  },
  // biome-ignore lint/correctness/noEmptyPattern: see above
  dogStatsD: async ({}, use) => {
    const dogStatsD = await DogStatsD.open()
    await use(dogStatsD)
    dogStatsD.socket.close()
  },
})

useTestAgent()

/** An app that embeds the monitor and answers requests in its own main process, which are spans there. */
const app = path.join(__dirname, 'soak/app')

async function makeSpanInMain(studio: Studio): Promise<void> {
  const [, port] = await studio.said(/app listens on (\d+)/)
  await fetch(`http://127.0.0.1:${port}/memory`, { headers: { connection: 'close' } })
}

const of = (process: string) => (span: { readonly meta: Readonly<Record<string, string>> }) =>
  span.meta['studio.process'] === process

/** No check has failed, and those of every payload have been made. */
async function expectNoFault(agent: TestAgent) {
  expect(await agent.failures()).toBe('')
  const summary = await agent.summary()
  expect(Object.values(summary).reduce((sum, { Failed_Checks: failed }) => sum + failed, 0)).toBe(0)
  for (const check of ['meta_tracer_version_header', 'trace_count_header', 'trace_content_length']) {
    expect(summary[check]?.Passed_Checks, check).toBeGreaterThan(0)
  }
}

test('Datadog’s test agent finds no fault: spans of main and backend, late reports, profiles, metrics', async ({
  launch,
  testAgent,
  dogStatsD,
}) => {
  const offline = launch({ env: { DD_TRACE_AGENT_URL: 'http://127.0.0.1:9' } })
  await (await offline.puppet()).start('late')
  process.kill(await offline.backendPid(), 'SIGKILL')
  await offline.incident()
  await offline.quit()

  const env = {
    DD_TRACE_AGENT_URL: testAgent.url,
    DD_DOGSTATSD_HOST: '127.0.0.1',
    DD_DOGSTATSD_PORT: String(dogStatsD.port),
    DD_PROFILING_UPLOAD_PERIOD: '2',
  }
  const studio = launch({ app, env, dataFolder: offline.dataFolder })
  const puppet = await studio.puppet()
  await testAgent.waitForSpan(({ name }) => name === 'studio.backend.incident')
  await puppet.work('works')
  await puppet.failing('fails')
  for (const id of ['late', 'works', 'fails']) {
    await testAgent.waitForSpan(({ name, meta }) => name === 'studio.job' && meta['studio.job.id'] === id)
  }
  await makeSpanInMain(studio)
  await testAgent.waitForSpan(of('main'))
  await testAgent.waitForRequest('/profiling/v1/input')
  await waitFor(() => dogStatsD.metrics.find(({ name }) => name === 'studio.backend.memory.rss'), {
    what: () => `a reading of memory; there came ${dogStatsD.metrics.map(({ name }) => name)}`,
    timeout: 30_000,
  })
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
  await expectNoFault(testAgent)
  expect(dogStatsD.problems).toEqual([])
})

test.describe('with the published engine', () => {
  usePublishedEngine()

  test('Datadog’s test agent finds no fault: an engine, its runner and the real ddtrace in one run', async ({
    launch,
    testAgent,
  }) => {
    const engine = await PublishedEngine.create({ ddtrace: true })
    const studio = launch({
      app,
      backend: null,
      env: { DD_TRACE_AGENT_URL: testAgent.url, ...engine.settings() },
    })
    await studio.said(/its Python is traced by ddtrace/)
    await studio.said(/the engine answers at /)
    expect(await engine.ended(await engine.submit([['Query']]))).toBe('success')
    expect(await engine.ended(await engine.submit([['Fail']]))).toBe('error')
    await testAgent.waitForSpan(({ name }) => name === 'sqlite.query')
    const failed = await studio.failedJobsOf(1)
    for (const { jobId } of failed) {
      await testAgent.waitForSpan(({ meta }) => meta['studio.job.id'] === jobId)
    }
    await makeSpanInMain(studio)
    for (const process of ['main', 'backend', 'engine']) await testAgent.waitForSpan(of(process))
    expect(await studio.quit()).toEqual({ code: 0, signal: null })
    await expectNoFault(testAgent)
    // The runner asks the engine all the time: its look-ups and connections are no traces.
    const own = (await testAgent.spans()).filter(
      ({ name, meta }) => /^(dns|tcp)\./.test(name) && of('backend')({ meta }),
    )
    expect(own).toEqual([])
  })
})
