// Guards the private parts of dd-trace: a new version that changes them must turn this red.

import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Agent, startAgent } from '../../../../testing/agent/agent'
import { runProgram } from '../../../../testing/program/program'

let agent: Agent
beforeEach(async () => {
  agent = await startAgent()
})
afterEach(() => agent.stop())

it('a root, another service and a request from elsewhere are entries; a child in a chunk of its own is none', async () => {
  const program = `
    import { startTracer } from '../tracer'
    import { flushTraces } from './flush'
    const { tracer, failure } = startTracer('backend')
    if (!tracer) throw new Error(failure)
    const start = (name: string, childOf?: object, tags = {}) => tracer.startSpan(name, { childOf, tags } as never)
    async function main() {
      const root = start('root')
      // Sent before its parent ends.
      start('child', root).finish()
      start('database', root, { 'service.name': 'database', 'span.kind': 'client' }).finish()
      const parent = start('parent', root)
      const other = start('other', parent, { 'service.name': 'engine' })
      start('within', other, { 'service.name': 'engine' }).finish()
      other.finish()
      parent.finish()
      const elsewhere = tracer.extract('http_headers', { 'x-datadog-trace-id': '77', 'x-datadog-parent-id': '78' })
      start('asked', elsewhere, { 'span.kind': 'server' }).finish()
      start('received', elsewhere, { 'span.kind': 'consumer' }).finish()
      root.finish()
      await flushTraces(tracer, 5_000)
    }
    main().then(() => process.exit(0), (error) => { console.error(error); process.exit(1) })`
  const { code, stderr } = await runProgram(program, {
    from: __dirname,
    env: {
      DD_TRACE_AGENT_URL: agent.url,
      DD_SERVICE: 'studio',
      DD_TRACE_PARTIAL_FLUSH_MIN_SPANS: '1',
      DD_TRACE_FLUSH_INTERVAL: '60000',
      DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
      DD_REMOTE_CONFIGURATION_ENABLED: 'false',
    },
  })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const entries = Object.fromEntries(
    agent.spans().map(({ name, metrics }) => [name, metrics['_dd.top_level'] === 1]),
  )
  expect(entries).toEqual({
    root: true,
    child: false,
    database: true,
    parent: false,
    other: true,
    within: false,
    asked: true,
    received: false,
  })
  for (const { headers } of agent.requests('traces')) {
    expect(headers['datadog-client-computed-top-level']).toBe('yes')
  }
})
