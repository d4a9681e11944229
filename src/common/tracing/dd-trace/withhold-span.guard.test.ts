// Guards the private parts of dd-trace: a new version that changes them must turn this red.

import type { Span } from 'dd-trace'
import { beforeEach, describe, expect, it } from 'vitest'
import { decodeSpans } from '../../../../testing/agent/span'
import { runProgram } from '../../../../testing/program/program'
import { channel, follow, rejectWith } from '../../../preload/jobs/job-channel.test-support'
import { startQuietTracer } from '../quiet-tracer.test-support'
import { takeUnsentTraces } from './flush'

const tracer = startQuietTracer('backend', { DD_TRACE_SAMPLE_RATE: '0', DD_SERVICE: 'guard' })
const { messages, started, ended, warnings } = follow(tracer)
const USER_KEEP = 2
const USER_REJECT = -1

/** The spans that dd-trace would send by now, and those that main was given to send. */
function spansToSend() {
  const handedOver = messages.filter((message) => message.type === 'unsent-traces')
  const spans = [...handedOver, takeUnsentTraces(tracer)].flatMap((unsent) =>
    unsent ? decodeSpans(unsent.payload) : [],
  )
  return spans.filter(({ meta }) => meta.component === undefined)
}

const child = (name: string) => tracer.startSpan(name, { childOf: tracer.scope().active() as Span })
const fails = (work: () => unknown, thrown: unknown = new RangeError('too large')) =>
  channel
    .tracePromise(
      async () => {
        await work()
        await rejectWith(thrown)
      },
      { id: 'a' },
    )
    .catch(() => {})

beforeEach(() => {
  messages.length = 0
  spansToSend()
})

describe('the span of a job that failed', () => {
  it('is not sent, and what main needs to send it is told', async () => {
    await fails(() => {})
    expect(spansToSend()).toEqual([])
    expect(started()).toMatchObject([{ traceId: expect.stringMatching(/^[0-9a-f]{32}$/), parentId: null }])
    expect(ended()).toMatchObject([{ error: { name: 'RangeError', message: 'too large' }, spanSent: false }])
    expect(warnings()).toEqual([])
  })

  it('takes no other span with it: those that waited for the trace to end are sent', async () => {
    await fails(() => child('inside').finish())
    const [inside, ...others] = spansToSend()
    expect(others).toEqual([])
    const [{ traceId, spanId } = {}] = started()
    expect(inside).toMatchObject({ name: 'inside', traceId, parentId: spanId })
  })

  it('leaves the tags that travel once with a trace on what is sent', async () => {
    const work = () => {
      child('first').finish()
      child('second').finish()
    }
    await channel.tracePromise(async () => work(), { id: 'well' })
    const [whole] = spansToSend()
    await fails(work)
    const [first, second] = spansToSend()
    // All tags of the first span of a whole trace, except its job tags and the sampling rate that no longer
    // holds.
    const isOther = (key: string) => /^(studio\.job|span\.kind$|_dd\.p\.ksr$)/.test(key)
    const expected = Object.keys(whole?.meta ?? {}).filter((key) => !isOther(key))
    expect(Object.keys(first?.meta ?? {})).toEqual(expect.arrayContaining(expected))
    expect(expected).toEqual(expect.arrayContaining(['_dd.p.tid', '_dd.tags.process', 'runtime-id']))
    expect(second?.meta).not.toHaveProperty('_dd.p.tid')
  })

  it('stays out while its parent and its children are open, and so do they until they are over', async () => {
    const request = tracer.startSpan('request')
    let late: Span | undefined
    await tracer.scope().activate(request, () =>
      fails(() => {
        late = child('late')
      }),
    )
    expect(spansToSend()).toEqual([])
    late?.finish()
    request.finish()
    expect(spansToSend().map(({ name, parentId }) => [name, parentId])).toEqual([
      ['request', '0'],
      ['late', started()[0]?.spanId],
    ])
    expect(started()[0]?.parentId).toBe(request.context().toSpanId())
  })

  it('is told of as sent when somebody else had finished it', async () => {
    await fails(() => tracer.scope().active()?.finish())
    expect(spansToSend()).toMatchObject([{ name: 'studio.job' }])
    expect(ended()).toMatchObject([{ spanSent: true }])
  })

  it('is one alone: of jobs within each other the other is sent', async () => {
    await channel.tracePromise(() => fails(() => {}), { id: 'outer' })
    expect(spansToSend()).toMatchObject([{ name: 'studio.job', meta: { 'studio.job.id': 'outer' } }])
  })
})

describe('sampling that keeps nothing', () => {
  it('keeps what is still open of a trace when a job in it fails', async () => {
    const request = tracer.startSpan('request')
    await tracer.scope().activate(request, () => fails(() => child('inside').finish()))
    request.finish()
    const spans = spansToSend()
    expect(spans.map(({ metrics }) => metrics._sampling_priority_v1)).toEqual([USER_KEEP, USER_KEEP])
    expect(spans[0]?.meta['_dd.p.dm']).toBe('-4')
  })

  it('drops what went well', async () => {
    await channel.tracePromise(async () => 'done', { id: 'a' })
    await channel
      .tracePromise(() => rejectWith(new DOMException('x', 'AbortError')), { id: 'b' })
      .catch(() => {})
    expect(spansToSend().map(({ metrics }) => metrics._sampling_priority_v1)).toEqual([
      USER_REJECT,
      USER_REJECT,
    ])
  })
})

it('where dd-trace is switched off there is none, and nobody says that it was sent', async () => {
  const { stdout, stderr } = await runProgram(
    `import { tracingChannel } from 'node:diagnostics_channel'
    import { trackJobs } from '../../../preload/jobs/job-channel'
    import { startTracer } from '../tracer'
    const { tracer } = startTracer('backend')
    const send = (message: unknown) => console.log(JSON.stringify(message))
    trackJobs({ tracer, port: { send }, now: Date.now })
    try {
      tracingChannel('studio.job').traceSync(() => { throw new Error('no') }, { id: 'a' })
    } catch {}
    process.exit(0)`,
    { from: __dirname, env: { DD_TRACE_ENABLED: 'false' } },
  )
  expect(stderr).toBe('')
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toMatchObject([
    { type: 'job-started', traceId: null, spanId: null, parentId: null },
    { type: 'job-ended', spanSent: false },
  ])
})

describe('the spans of a job that did not fail', () => {
  it('say how it ended, and no error', async () => {
    await channel.tracePromise(async () => 'done', { id: 'a' })
    await channel
      .tracePromise(() => rejectWith(new DOMException('x', 'AbortError')), { id: 'b' })
      .catch(() => {})
    expect(spansToSend().map(({ meta, error }) => [meta['studio.job.state'], error])).toEqual([
      ['done', false],
      ['cancelled', false],
    ])
  })
})
