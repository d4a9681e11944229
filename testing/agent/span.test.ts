import { encode } from '@msgpack/msgpack'
import { expect, test } from 'vitest'
import { decodeSpans } from './span'

const wire = {
  trace_id: 0xfedc_ba98_7654_3210n,
  span_id: 0xffff_ffff_ffff_ffffn,
  parent_id: 7,
  name: 'work',
  service: 'studio',
  resource: 'all',
  type: null,
  start: 1_700_000_000_123_456_789n,
  duration: 2_500_000,
  error: 1,
  meta: { '_dd.p.tid': '0123456789abcdef' },
  metrics: { m: 1.5 },
}
const payload = (spans: object[]) => encode([spans], { useBigInt64: true })

test('ids of 64 bits are exact, and the chunk shares one upper half', () => {
  const [first, second] = decodeSpans(payload([wire, { ...wire, span_id: 1, meta: {}, error: 0 }]))
  expect(first).toEqual({
    traceId: '0123456789abcdeffedcba9876543210',
    spanId: '18446744073709551615',
    parentId: '7',
    name: 'work',
    service: 'studio',
    resource: 'all',
    type: '',
    start: 1_700_000_000_123_456_789n,
    startMs: 1_700_000_000_123.4568,
    duration: 2_500_000n,
    durationMs: 2.5,
    error: true,
    meta: { '_dd.p.tid': '0123456789abcdef' },
    metrics: { m: 1.5 },
  })
  expect(second).toMatchObject({ traceId: first?.traceId, spanId: '1', error: false })
})

test('a trace id without an upper half is filled with zeros', () => {
  expect(decodeSpans(payload([{ ...wire, meta: {} }]))[0]?.traceId).toBe('0000000000000000fedcba9876543210')
})

test.each([{ name: 1 }, { start: 'now' }, { meta: { answer: 42 } }, { trace_id: undefined }])(
  'refuses %o',
  (wrong) => {
    expect(() => decodeSpans(payload([{ ...wire, ...wrong }]))).toThrow()
  },
)
