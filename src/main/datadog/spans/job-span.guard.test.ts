// Guards the private parts of dd-trace: our spans must fit beside its own as if it had made them.
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Agent, startAgent } from '../../../../testing/agent/agent'
import type { Span } from '../../../../testing/agent/span'
import { runProgram } from '../../../../testing/program/program'

let agent: Agent
beforeEach(async () => {
  agent = await startAgent()
})
afterEach(() => agent.stop())

/** A job's span as the backend's dd-trace sends it, and as main builds it from the backend's messages. */
const program = `
  import { classifyTraceResponse } from '../agent/response'
  import { sendToAgent } from '../agent/send'
  import { failedJob } from '../../records/jobs/testing/samples'
  import { jobSpanTags } from '../../../common/tracing/job-span-tags'
  import { startTracer } from '../../../common/tracing/tracer'
  import { flushTraces } from '../../../common/tracing/dd-trace/flush'
  import { tracerTags } from '../../../common/tracing/dd-trace/tracer-tags'
  import { reportIdentity } from './identity'
  import { jobSpan } from './job-span'
  import { pack, tracesRequest } from './payload'
  async function main() {
    const { tracer } = startTracer('backend')
    if (!tracer) throw new Error('no tracer')
    const parent = tracer.startSpan('request')
    const job = failedJob(0, { error: { name: 'RangeError', message: 'no' }, stack: 'a stack' })
    const span = tracer.startSpan('studio.job', { childOf: parent, tags: jobSpanTags({ ...job, id: job.jobId }) })
    const context = span.context() as never as { toTraceId(wide: boolean): string; toSpanId(): string }
    span.setTag('error', Object.assign(new RangeError('no'), { stack: 'a stack' }))
    span.finish()
    parent.finish()
    await flushTraces(tracer, 5_000)

    const settings = { DD_SERVICE: 'guard', DD_ENV: 'testing', DD_VERSION: '0.0.9' }
    const identity = reportIdentity(settings, tracer, {}, true)
    if (!identity) throw new Error('no identity')
    const record = {
      ...job,
      traceId: context.toTraceId(true),
      spanId: context.toSpanId(),
      parentId: parent.context().toSpanId(),
      runtimeId: tracerTags(tracer)['runtime-id'] ?? null,
      version: '1.2.3',
    }
    const request = tracesRequest(pack([jobSpan(record, identity)]))
    const options = { agentUrl: process.env.DD_TRACE_AGENT_URL ?? '', timeoutMs: 5_000 }
    console.log(JSON.stringify(await sendToAgent(request, options, classifyTraceResponse)))
    process.exit(0)
  }
  main()`

it('a span of ours has the place, the names and the headers of one that dd-trace sends', {
  timeout: 30_000,
}, async () => {
  const { stdout, stderr } = await runProgram(program, {
    from: __dirname,
    env: {
      DD_TRACE_AGENT_URL: agent.url,
      DD_SERVICE: 'guard',
      DD_ENV: 'testing',
      DD_VERSION: '1.2.3',
      DD_TAGS: 'team:images',
      DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
      DD_REMOTE_CONFIGURATION_ENABLED: 'false',
      DD_TRACE_FLUSH_INTERVAL: '60000',
    },
  })
  expect([stdout.trim(), stderr]).toEqual(['{"outcome":"accepted"}', ''])
  const [theirs, ours] = agent.spans().filter(({ name }) => name === 'studio.job')
  if (!theirs || !ours) throw new Error('a span is missing')
  const place = ({ traceId, spanId, parentId, name, service, resource, type, error }: Span) => {
    return { traceId, spanId, parentId, name, service, resource, type, error }
  }
  expect(place(ours)).toEqual(place(theirs))
  expect(theirs.traceId).toMatch(/^[0-9a-f]{8}0{8}[0-9a-f]{16}$/)
  for (const tag of ['env', 'version', 'language', 'team', 'runtime-id', 'studio.process', 'studio.job.id']) {
    expect([tag, ours.meta[tag]]).toEqual([tag, theirs.meta[tag]])
    expect(ours.meta[tag]).toBeTruthy()
  }
  for (const tag of ['error.type', 'error.message', 'error.stack', 'studio.job.kind'])
    expect([tag, ours.meta[tag]]).toEqual([tag, theirs.meta[tag]])

  const [first, last] = [agent.requests('traces')[0], agent.requests('traces').at(-1)]
  const {
    'content-length': _,
    'x-datadog-trace-count': __,
    connection: ___,
    ...headers
  } = first?.headers ?? {}
  expect(last?.headers).toMatchObject(headers)
  expect([last?.method, last?.path]).toEqual([first?.method, first?.path])
})
