// Guards the private parts of dd-trace: a new version that changes them must turn this red.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Agent, startAgent } from '../../../../testing/agent/agent'
import { runProgram } from '../../../../testing/program/program'

let agent: Agent
beforeEach(async () => {
  agent = await startAgent()
})
afterEach(() => agent.stop())

/** Runs a few lines in a traced process of their own, and returns what they `say`. */
async function traced(role: string, lines: string, env: NodeJS.ProcessEnv = {}): Promise<unknown> {
  const program = `
    import { startTracer } from '../tracer'
    import { flushTraces, sendTraces, takeUnsentTraces } from './flush'
    const { tracer, failure, loadedBefore } = startTracer(${JSON.stringify(role)} as never)
    if (!tracer) throw new Error(failure)
    const say = (value: unknown) => console.log(JSON.stringify(value))
    const span = () => tracer.startSpan('guard', { tags: { from: '${role}' } }).finish()
    async function main() { ${lines} }
    main().then(() => process.exit(0), (error) => { console.error(error); process.exit(1) })`
  const { code, stdout, stderr } = await runProgram(program, {
    from: __dirname,
    env: {
      DD_TRACE_AGENT_URL: agent.url,
      DD_SERVICE: 'guard',
      // Nothing is flushed on its own during a test.
      DD_TRACE_FLUSH_INTERVAL: '60000',
      DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
      DD_REMOTE_CONFIGURATION_ENABLED: 'false',
      ...env,
    },
  })
  expect(stderr).toBe('')
  expect(code).toBe(0)
  return stdout === '' ? undefined : JSON.parse(stdout)
}

const guardSpans = () => agent.spans().filter(({ name }) => name === 'guard')

describe('DD_TAGS', () => {
  it.each([
    [undefined, {}],
    ['', {}],
    ['team:images', { team: 'images' }],
    ['team:images,tier:gpu', { team: 'images', tier: 'gpu' }],
    ['team:images, tier:gpu', { team: 'images', tier: 'gpu' }],
    ['team:images tier:gpu', { team: 'images', tier: 'gpu' }],
    ['team:images,', { team: 'images' }],
  ])('%j are kept, the process is added, and what is below it inherits them unchanged', async (tags, own) => {
    const say = 'span(); await flushTraces(tracer, 5_000); say({ tags: process.env.DD_TAGS })'
    const said = await traced('backend', say, tags === undefined ? {} : { DD_TAGS: tags })
    expect(said).toEqual(tags === undefined ? {} : { tags })
    expect(guardSpans()).toHaveLength(1)
    expect(guardSpans()[0]?.meta).toMatchObject({ ...own, 'studio.process': 'backend' })
  })
})

describe('what would make dd-trace send its spans another way', () => {
  it.each([
    ['OTEL_TRACES_EXPORTER', 'otlp'],
    ['_DD_APM_TRACING_AGENTLESS_ENABLED', 'true'],
  ])('%s does not reach it, and is there for processes below', async (name, value) => {
    const say = `span(); await flushTraces(tracer, 5_000); say(process.env[${JSON.stringify(name)}])`
    expect(await traced('backend', say, { [name]: value })).toBe(value)
    expect(guardSpans()).toHaveLength(1)
  })
})

describe('flushTraces', () => {
  it('is done when the Agent has the spans', async () => {
    await traced('main', 'span(); await flushTraces(tracer, 5_000)')
    expect(guardSpans()).toHaveLength(1)
  })

  it.each(['hang', 'refuse', 'garbage', { status: 500 }] as const)(
    'ends although the Agent is away: %j',
    async (mode) => {
      await agent.setMode(mode)
      const lines = 'span(); const at = Date.now(); await flushTraces(tracer, 500); say(Date.now() - at)'
      // Without a deadline it never ends.
      expect(await traced('main', lines)).toBeLessThan(20_000)
    },
  )
})

describe('unsent traces', () => {
  it('are taken out of one process and reach the Agent through another', async () => {
    const taken = await traced(
      'backend',
      `span(); span()
      const unsent = takeUnsentTraces(tracer)
      const payload = Buffer.from(unsent?.payload ?? []).toString('base64')
      say({ payload, count: unsent?.count, bytes: unsent?.payload.buffer.byteLength })
      if (takeUnsentTraces(tracer)) throw new Error('they were taken twice')
      await flushTraces(tracer, 5_000)`,
    )
    expect(guardSpans()).toEqual([])
    const { payload, count, bytes } = taken as { payload: string; count: number; bytes: number }
    expect(count).toBe(2)
    // Posting it copies the whole buffer that it lies in.
    expect(bytes).toBeLessThan(64 * 1024)
    await traced(
      'main',
      `span()
      const payload = Buffer.from('${payload}', 'base64')
      await sendTraces(tracer, { payload: new Uint8Array(payload), count: ${count} }, 5_000)`,
    )
    expect(guardSpans().map(({ meta }) => [meta.from, meta['studio.process']])).toEqual([
      ['backend', 'backend'],
      ['backend', 'backend'],
    ])
    const [request] = agent.requests('traces')
    expect(request?.headers['x-datadog-trace-count']).toBe('2')
  })

  it('are none before a span is finished, and after they are sent', async () => {
    const lines = `
      const open = tracer.startSpan('guard')
      const before = takeUnsentTraces(tracer)
      open.finish()
      await flushTraces(tracer, 5_000)
      say([before, takeUnsentTraces(tracer)])`
    expect(await traced('backend', lines)).toEqual([null, null])
  })
})

describe('startTracer', () => {
  it('tells what was loaded before dd-trace: the program alone', async () => {
    expect(await traced('main', 'say(loadedBefore)')).toEqual([expect.stringMatching(/program\.cjs$/)])
  })
})
