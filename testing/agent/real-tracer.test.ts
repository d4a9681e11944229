import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Agent, startAgent } from './agent'
import type { Span } from './span'

const run = promisify(execFile)

let agent: Agent
beforeEach(async () => {
  agent = await startAgent()
})
afterEach(() => agent.stop())

/** Makes a traced HTTP call inside a custom span, and two metrics, in a process of its own. */
async function runTraced(): Promise<{ trace_id: string; span_id: string }> {
  const { stdout } = await run(process.execPath, [join(__dirname, 'fixtures', 'traced-process.cjs')], {
    env: {
      PATH: process.env.PATH,
      DD_TRACE_AGENT_URL: agent.url,
      DD_SERVICE: 'double-test',
      DD_ENV: 'testing',
      DD_VERSION: '1.2.3',
      DD_TAGS: 'studio.process:main',
    },
    timeout: 30_000,
  })
  return JSON.parse(stdout)
}

test('decodes what dd-trace sends: ids, parents, service, tags, times, metrics, telemetry', async () => {
  const before = Date.now()
  const logged = await runTraced()

  const custom = await agent.waitForSpan((span) => span.name === 'custom.work')
  const call = await agent.waitForSpan((span) => span.name === 'http.request')
  const served = await agent.waitForSpan((span) => span.name === 'web.request')

  expect(custom).toMatchObject({
    traceId: logged.trace_id,
    spanId: logged.span_id,
    parentId: '0',
    error: false,
  })
  expect(custom).toMatchObject({ resource: 'everything', metrics: { answer: 42 } })
  expect(call).toMatchObject({ parentId: custom.spanId, type: 'http' })
  // Another chunk, so this also proves that the upper half of its trace id was found.
  expect(served).toMatchObject({ parentId: call.spanId, traceId: custom.traceId, type: 'web' })
  for (const span of [custom, call, served]) {
    expect(span.service).toBe('double-test')
    expect(span.meta).toMatchObject({ env: 'testing', version: '1.2.3', 'studio.process': 'main' })
  }
  expect(custom.startMs).toBeGreaterThanOrEqual(before - 1000)
  expect(custom.startMs + custom.durationMs).toBeLessThanOrEqual(Date.now() + 1000)
  expect(custom.durationMs).toBeGreaterThan(call.durationMs)
  const names = (trace: readonly Span[]) => trace.map(({ name }) => name)
  expect(agent.traces().map(names)).toContainEqual(
    expect.arrayContaining(['custom.work', 'http.request', 'web.request']),
  )

  const gauge = await agent.waitForMetric(({ name }) => name === 'double.gauge')
  expect(gauge).toMatchObject({ value: 1.5, type: 'gauge' })
  expect(gauge.tags).toEqual(
    expect.arrayContaining(['shade:blue', 'size:3', 'service:double-test', 'env:testing']),
  )
  const count = await agent.waitForMetric(({ name }) => name === 'double.count')
  expect(count).toMatchObject({ value: 2, type: 'count' })

  expect(agent.telemetry()).toContainEqual(expect.objectContaining({ request_type: 'app-started' }))
  // Everything dd-trace asked for, remote configuration included, is known and was understood.
  expect(agent.requests('config').length).toBeGreaterThan(0)
  expect(agent.requests().filter(({ taken }) => !taken)).toEqual([])
})

test("gives back the bytes of a profile that dd-trace's own exporter uploads", async () => {
  const path = 'dd-trace/packages/dd-trace/src/profiling/exporters/agent'
  const {
    AgentExporter,
  }: { AgentExporter: new (config: object) => { export(spec: object): Promise<void> } } =
    createRequire(__filename)(path)
  const exporter = new AgentExporter({
    url: new URL(agent.url),
    env: 'testing',
    service: 'double-test',
    version: '1.2.3',
    DD_PROFILING_UPLOAD_TIMEOUT: 4000,
  })
  const everyByte = Buffer.from(Array.from({ length: 512 }, (_, index) => index % 256))
  const lookalike = Buffer.from('\r\n--boundary\r\n\r\n--\r\n')
  const start = new Date('2026-01-02T03:04:05.000Z')
  const end = new Date('2026-01-02T03:05:10.000Z')
  await exporter.export({
    profiles: { wall: everyByte, space: lookalike },
    start,
    end,
    tags: { 'studio.process': 'backend' },
  })

  const { event, attachments } = await agent.waitForProfile(() => true)
  expect(event).toMatchObject({ attachments: ['wall.pprof', 'space.pprof'], family: 'node', version: '4' })
  expect(event).toMatchObject({ start: start.toISOString(), end: end.toISOString() })
  expect(event.tags_profiler.split(',')).toContain('studio.process:backend')
  expect(attachments.get('wall.pprof')).toEqual(everyByte)
  expect(attachments.get('space.pprof')).toEqual(lookalike)
  expect(agent.requests('profiling')[0]?.headers).toMatchObject({ 'dd-evp-origin': 'dd-trace-js' })
})
