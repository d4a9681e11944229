import { channel } from 'node:diagnostics_channel'
import type { Span, Tracer } from 'dd-trace'
import { describe, expect, it, vi } from 'vitest'
import { decodeSpans } from '../../../testing/agent/span'
import fc from '../../../testing/form/fast-check'
import { takeUnsentTraces } from './dd-trace/flush'
import { deliverInContext, encloseContext } from './message-context'
import { startQuietTracer } from './quiet-tracer.test-support'

const tracer = startQuietTracer('main')
const active = () => tracer.scope().active()
const activate = <Result>(span: Span, run: () => Result) => tracer.scope().activate(span, run)
const [MARK] = activate(tracer.startSpan('any'), () => encloseContext(tracer, 1)) as [string]

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
      fc.tuple(fc.constant(MARK), fc.anything()),
      fc.tuple(fc.constant(MARK), fc.anything(), fc.anything()),
      fc.tuple(fc.constant(MARK), fc.json(), fc.anything()),
      fc.tuple(
        fc.constant(MARK),
        fc.constant('{}'),
        fc.tuple(fc.constant(MARK), fc.constant('{}'), fc.string()),
      ),
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

  it.each<[what: string, message: (touched: () => never) => unknown]>([
    ['bytes', () => Buffer.alloc(200 * 2 ** 20)],
    ['a long list', () => Array.from({ length: 2_000_000 }, (_, index) => index)],
    ['a wide object', () => Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`field ${n}`, n]))],
    ['an object that tells who lists it', (touched) => new Proxy({}, { ownKeys: touched })],
  ])('costs the same whatever it holds: %s', (_what, make) => {
    const message = make(() => {
      throw new Error('its properties were listed')
    })
    const within = tracer.startSpan('sender')
    const { user, system } = process.cpuUsage()
    for (const posted of [
      encloseContext(tracer, message),
      activate(within, () => encloseContext(tracer, message)),
    ]) {
      const deliver = vi.fn<(message: unknown) => void>()
      deliverInContext(tracer, 'main', posted, deliver)
      // Not `toBe`: a failure would print it.
      expect(deliver.mock.calls[0]?.[0] === message).toBe(true)
    }
    const spent = process.cpuUsage({ user, system })
    expect((spent.user + spent.system) / 1_000).toBeLessThan(250)
  })

  it('of somebody who forges an envelope does no harm', () => {
    const forged: unknown[] = [
      [MARK, 'no JSON', 1],
      [MARK, '{ "x-datadog-trace-id": 7 }', 1],
      [MARK, 'null', 1],
      [MARK, { 'x-datadog-trace-id': '7' }, 1],
      [MARK, JSON.stringify({ baggage: 'x'.repeat(40_000) }), 1],
      [MARK, '{}', 1, 2],
      [MARK, '{}'],
    ]
    for (const posted of forged) {
      const deliver = vi.fn()
      deliverInContext(tracer, 'main', posted, deliver)
      expect(deliver.mock.calls).toEqual([[posted]])
    }
    for (const context of [
      '{}',
      '{ "x-datadog-trace-id": "no number", "traceparent": "\\u0000" }',
      '{ "__proto__": "x" }',
    ]) {
      const deliver = vi.fn()
      deliverInContext(tracer, 'main', [MARK, context, 1], deliver)
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
