import { channel } from 'node:diagnostics_channel'
import type { Span, Tracer } from 'dd-trace'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { decodeSpans } from '../../../testing/agent/span'
import { deliverInContext, encloseContext } from './message-context'
import { startTracer, takeUnsentTraces } from './tracer'

vi.hoisted(() => {
  Object.assign(process.env, {
    // Nothing is sent.
    DD_TRACE_AGENT_URL: 'http://127.0.0.1:9',
    DD_TRACE_FLUSH_INTERVAL: '3600000',
    DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
    DD_REMOTE_CONFIGURATION_ENABLED: 'false',
    DD_RUNTIME_METRICS_ENABLED: 'false',
  })
})

const { tracer, failure } = startTracer('main')
if (!tracer) throw new Error(`dd-trace did not start: ${failure}`)
const active = () => tracer.scope().active()
const activate = <Result>(span: Span, run: () => Result) => tracer.scope().activate(span, run)
const KEY = Object.keys(activate(tracer.startSpan('any'), () => encloseContext(tracer, 1)) as object).find(
  (name) => name !== 'message',
) as string

interface Way {
  readonly within?: Span
  readonly from?: Tracer | null
  readonly to?: Tracer | null
}

/** Sends a message within a span; returns what arrives, and the span that it arrives in. */
function send(message: unknown, { within, from = tracer, to = tracer }: Way = {}) {
  const enclose = () => encloseContext(from, message)
  const posted = structuredClone(within ? activate(within, enclose) : enclose())
  const arrived: { message: unknown; span: Span | null }[] = []
  deliverInContext(to, 'utility', posted, (delivered) => arrived.push({ message: delivered, span: active() }))
  expect(arrived).toHaveLength(1)
  return { message: arrived[0]?.message, span: arrived[0]?.span ?? null }
}

describe('a message', () => {
  it('sent within a trace is received within it', () => {
    takeUnsentTraces(tracer)
    const sender = tracer.startSpan('sender')
    const { message, span } = send({ id: 7 }, { within: sender })
    expect(active()).toBeNull()
    sender.finish()
    expect(message).toEqual({ id: 7 })
    expect(span?.context().toTraceId()).toBe(sender.context().toTraceId())
    const unsent = takeUnsentTraces(tracer)
    const [receive] = unsent ? decodeSpans(unsent.payload).filter(({ name }) => name !== 'sender') : []
    expect(receive).toMatchObject({
      name: 'electron.utility.receive',
      parentId: sender.context().toSpanId(),
      resource: 'message',
      type: 'worker',
      meta: { 'span.kind': 'consumer', component: 'electron' },
    })
  })

  it('sent without a trace, or without a tracer, goes bare', () => {
    const message = { id: 7 }
    expect(encloseContext(tracer, message)).toBe(message)
    expect(encloseContext(null, message)).toBe(message)
    expect(send(message).span).toBeNull()
  })

  it('keeps its trace to itself where the receiver has no tracer', () => {
    const { message, span } = send({ id: 7 }, { within: tracer.startSpan('sender'), to: null })
    expect(message).toEqual({ id: 7 })
    expect(span).toBeNull()
  })

  it('arrives as it was sent, whatever it is', () => {
    const inside = tracer.startSpan('sender')
    const message = fc.oneof(
      fc.anything({ withDate: true, withMap: true, withSet: true, withTypedArray: true, withBigInt: true }),
      fc.record({ [KEY]: fc.anything() }),
      fc.record({ [KEY]: fc.dictionary(fc.string(), fc.string()), message: fc.anything() }),
      fc.record({
        [KEY]: fc.constant({}),
        message: fc.record({ [KEY]: fc.constant({}), message: fc.string() }),
      }),
    )
    const tracers = fc.constantFrom<Tracer | null>(tracer, null)
    fc.assert(
      fc.property(message, fc.boolean(), tracers, tracers, (sent, within, from, to) => {
        const expected = structuredClone(sent)
        const { message: arrived } = send(sent, { ...(within ? { within: inside } : {}), from, to })
        expect(arrived).toStrictEqual(expected)
      }),
    )
  })

  it('of somebody who forges an envelope does no harm', () => {
    const forged: unknown[] = [
      { [KEY]: 'text', message: 1 },
      { [KEY]: { 'x-datadog-trace-id': 7 }, message: 1 },
      { [KEY]: {}, message: 1, more: 1 },
      { [KEY]: {} },
      { [KEY]: null, message: 1 },
    ]
    for (const posted of forged) {
      const deliver = vi.fn()
      deliverInContext(tracer, 'main', posted, deliver)
      expect(deliver.mock.calls).toEqual([[posted]])
    }
    for (const context of [
      {},
      { 'x-datadog-trace-id': 'no number', traceparent: '\0' },
      { __proto__: 'x' },
    ]) {
      const deliver = vi.fn()
      deliverInContext(tracer, 'main', { [KEY]: context, message: 1 }, deliver)
      expect(deliver.mock.calls).toEqual([[1]])
    }
  })

  it('is delivered by tracers with a defect', () => {
    const defect = () => {
      throw new Error('not as it was')
    }
    const broken = [
      { scope: defect, inject: defect, extract: defect, startSpan: defect },
      { scope: () => ({ active: () => ({}) }), inject: defect, extract: () => ({}), startSpan: defect },
    ] as unknown as Tracer[]
    for (const tracerWithDefect of broken)
      expect(send('x', { from: tracerWithDefect, to: tracerWithDefect }).message).toBe('x')
    const posted = activate(tracer.startSpan('sender'), () => encloseContext(tracer, 'x'))
    for (const tracerWithDefect of broken) {
      const deliver = vi.fn()
      deliverInContext(tracerWithDefect, 'main', posted, deliver)
      expect(deliver.mock.calls).toEqual([['x']])
    }
  })

  it('whose listener throws leaves nothing active, and the error to whom it belongs', () => {
    const finished: unknown[] = []
    const note = (span: unknown) => void finished.push(span)
    channel('dd-trace:span:finish').subscribe(note)
    const posted = activate(tracer.startSpan('sender'), () => encloseContext(tracer, 'x'))
    const error = new Error('a defect of the listener')
    expect(() =>
      deliverInContext(tracer, 'main', posted, () => {
        throw error
      }),
    ).toThrow(error)
    channel('dd-trace:span:finish').unsubscribe(note)
    expect(active()).toBeNull()
    expect(finished).toHaveLength(1)
  })
})
