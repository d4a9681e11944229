// Guards the private parts of dd-trace: a new version that changes them must turn this red.

import { channel as namedChannel } from 'node:diagnostics_channel'
import type { Span } from 'dd-trace'
import { beforeEach, expect, it, vi } from 'vitest'
import { decodeSpans } from '../../../testing/agent/span'
import { takeUnsentTraces } from '../../common/tracing/dd-trace/flush'
import { startQuietTracer } from '../../common/tracing/quiet-tracer.test-support'
import { EarlySpans } from './early-spans'
import { channel, follow, open } from './job-channel.test-support'

const tracer = startQuietTracer('backend', { DD_TRACE_PARTIAL_FLUSH_MIN_SPANS: '1', DD_SERVICE: 'guard' })
const { messages, started } = follow(tracer)
const queue = (context: object) => namedChannel('studio.job.queued').publish(context)
const within = <Result>(span: Span, work: () => Result) => tracer.scope().activate(span, work)

/** The spans that main was given, in order, without those of other libraries in this process. */
const handedOver = () =>
  messages
    .flatMap((message) => (message.type === 'unsent-traces' ? decodeSpans(message.payload) : []))
    .filter(({ meta }) => meta.component === undefined)
const names = () => handedOver().map(({ name }) => name)

beforeEach(() => {
  messages.length = 0
  takeUnsentTraces(tracer)
})

it('the request that a job came with is handed over as soon as it is finished, the job still open', async () => {
  const request = tracer.startSpan('request')
  const job = within(request, () => open({ id: 'a' }))
  request.finish()
  expect(names()).toEqual([])
  await Promise.resolve()
  expect(handedOver()).toMatchObject([{ name: 'request', traceId: started()[0]?.traceId }])
  expect(handedOver()[0]?.meta).toHaveProperty('_dd.p.tid')
  await job.finish()
  expect(names()).toEqual(['request'])
})

it('so is the request of a job that waits, and the wait when it is over', async () => {
  const request = tracer.startSpan('request')
  const middleware = tracer.startSpan('middleware', { childOf: request })
  const context = { id: 'a' }
  within(middleware, () => queue(context))
  middleware.finish()
  await Promise.resolve()
  expect(names()).toEqual([])
  request.finish()
  await Promise.resolve()
  expect(names()).toEqual(['middleware', 'request'])
  channel.traceSync(() => expect(names()).toEqual(['middleware', 'request', 'studio.job.queue']), context)
})

it('no more than 20 times in a second: what is above leaves as all else does', () => {
  const clock = { at: 5_000 }
  const send = vi.fn()
  const early = new EarlySpans(tracer, { send }, () => clock.at)
  const handOvers = () => {
    for (let n = 0; n < 50; n++) {
      tracer.startSpan('request').finish()
      early.handOver()
    }
    return send.mock.calls.splice(0).length
  }
  expect(handOvers()).toBe(20)
  clock.at += 999
  expect(handOvers()).toBe(0)
  const unsent = takeUnsentTraces(tracer)
  expect(unsent && decodeSpans(unsent.payload)).toHaveLength(80)
  clock.at += 1
  expect(handOvers()).toBe(20)
  clock.at = 0
  expect(handOvers()).toBe(20)
})

it('nothing else is: neither what has no job, nor what a job does', async () => {
  tracer.startSpan('request').finish()
  await channel.tracePromise(
    async () => tracer.startSpan('inside', { childOf: tracer.scope().active() as Span }).finish(),
    { id: 'a' },
  )
  await Promise.resolve()
  expect(names()).toEqual([])
})

it('with partial flush a finished span does not wait for its trace', () => {
  const request = tracer.startSpan('request')
  tracer.startSpan('inside', { childOf: request }).finish()
  const unsent = takeUnsentTraces(tracer)
  expect(unsent && decodeSpans(unsent.payload).map(({ name }) => name)).toContain('inside')
  request.finish()
})
