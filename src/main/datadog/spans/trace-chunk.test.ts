import { encode } from '@msgpack/msgpack'
import { describe, expect, test } from 'vitest'
import { decodeTraces, isSampledOut } from './decode-traces'
import { encodeChunk } from './trace-chunk'
import type { WireSpan } from './wire-span'

function span(more: Partial<WireSpan> = {}): WireSpan {
  return {
    trace_id: 0xf234567890abcdefn,
    span_id: 5n,
    parent_id: 0n,
    name: 'studio.job',
    resource: 'portrait',
    service: 'studio',
    type: 'worker',
    error: 0,
    start: 1_764_500_000_123_456_789n,
    duration: 1_500n,
    meta: { '_dd.p.tid': '6929aaaa00000000' },
    metrics: { _sampling_priority_v1: 1 },
    ...more,
  }
}

const payload = (chunks: readonly (readonly object[])[]) => encode(chunks, { useBigInt64: true })

describe('a chunk for a client token', () => {
  test('has the environment, hexadecimal ids, and times to the nanosecond', () => {
    const text = encodeChunk([span(), span({ span_id: 6n, parent_id: 5n, meta: {} })], {
      env: 'production',
      computesStats: false,
    })
    // JSON.parse itself has no room for the nanoseconds.
    expect(text).toContain('"start":1764500000123456789,"duration":1500}')
    expect(JSON.parse(text)).toEqual({
      env: 'production',
      spans: [
        expect.objectContaining({
          trace_id: 'f234567890abcdef',
          span_id: '0000000000000005',
          parent_id: '0000000000000000',
          name: 'studio.job',
          resource: 'portrait',
          service: 'studio',
          type: 'worker',
          error: 0,
          meta: { '_dd.p.tid': '6929aaaa00000000' },
          metrics: { _sampling_priority_v1: 1 },
        }),
        expect.objectContaining({ span_id: '0000000000000006', parent_id: '0000000000000005', meta: {} }),
      ],
    })
  })
})

describe('a chunk for an API key', () => {
  const format = { env: 'production', computesStats: true }
  const parse = (spans: readonly WireSpan[]) => JSON.parse(encodeChunk(spans, format))

  test('asks for trace metrics on its first span, and names no host', () => {
    const { spans, ...about } = parse([span(), span({ span_id: 6n, parent_id: 5n, meta: {} })])
    expect(about).toEqual({
      hostname: '',
      env: 'production',
      languageName: 'nodejs',
      languageVersion: process.version,
    })
    expect(spans[0].meta).toEqual({ '_dd.p.tid': '6929aaaa00000000', '_dd.compute_stats': '1' })
    expect(spans[1].meta).toEqual({})
  })

  test('says which spans are roots, and which are entries to a service as their tracer has it', () => {
    const { spans } = parse([
      span({ metrics: { '_dd.top_level': 1 } }),
      span({ span_id: 6n, parent_id: 5n, metrics: {} }),
      span({ span_id: 7n, parent_id: 6n, service: 'engine', metrics: { '_dd.top_level': 1 } }),
    ])
    expect(spans.map(({ metrics }: { metrics: object }) => metrics)).toEqual([
      { '_dd.top_level': 1, _trace_root: 1, _top_level: 1 },
      {},
      { '_dd.top_level': 1, _top_level: 1 },
    ])
  })
})

describe('what dd-trace encodes for the Agent', () => {
  test('is read back, with numbers of any size and without what JSON cannot say', () => {
    const chunks = decodeTraces(
      payload([[span({ metrics: { 'memory.bytes': 2 ** 40, share: 0.5, none: Number.NaN } })], [span()]]),
    )
    expect(chunks).toEqual([[span({ metrics: { 'memory.bytes': 2 ** 40, share: 0.5 } })], [span()]])
    const big = encode([[{ ...span(), metrics: { bytes: 2n ** 40n } }]], { useBigInt64: true })
    expect(decodeTraces(big)[0]?.[0]?.metrics).toEqual({ bytes: 2 ** 40 })
  })

  test.each([
    ['no msgpack', Buffer.from([0xc1])],
    ['no array', encode({})],
    ['a trace that is no array', encode([5])],
    ['a span that is none', encode([[5]])],
    ['a span without ids', encode([[{ name: 'x' }]])],
  ])('is nothing else: %s', (_, bytes) => {
    expect(() => decodeTraces(bytes)).toThrow()
  })
})

test.each([
  [[1], false],
  [[2, 1], false],
  [[0], true],
  [[-1, -1], true],
  [[], false],
])('priorities %j: sampled out is %s', (priorities, isOut) => {
  const spans = priorities.map((priority) => span({ metrics: { _sampling_priority_v1: priority } }))
  expect(isSampledOut(priorities.length > 0 ? spans : [span({ metrics: {} })])).toBe(isOut)
})

test('a span with a sampling rule of its own is not sampled out with its trace', () => {
  const kept = span({ metrics: { _sampling_priority_v1: 0, '_dd.span_sampling.mechanism': 8 } })
  expect(isSampledOut([kept])).toBe(false)
})
