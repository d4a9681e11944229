import { expect, test } from 'vitest'
import { decodeSpans } from '../../../../testing/agent/span'
import { failedJob } from '../../records/jobs/testing/samples'
import { jobSpan } from './job-span'
import { pack, tracesRequest } from './payload'
import { IDENTITY } from './testing/identity'

const span = (n: number) =>
  jobSpan(failedJob(n, { traceId: 'f'.repeat(32), spanId: '18446744073709551615' }), IDENTITY)
const decoded = (body: readonly Uint8Array[]) => decodeSpans(Buffer.concat(body))

test('ids and times arrive to the last bit', () => {
  const startedAt = '2026-11-23T20:11:55.513Z'
  const { body } = pack([
    jobSpan(
      { ...failedJob(1, { traceId: 'f'.repeat(32), spanId: '18446744073709551615' }), startedAt },
      IDENTITY,
    ),
  ])
  expect(decoded(body)).toMatchObject([
    { traceId: 'f'.repeat(32), spanId: '18446744073709551615', start: 1_795_464_715_513_000_000n },
  ])
})

test('as many as fit go, in order, each once', () => {
  const spans = Array.from({ length: 250 }, (_, n) => span(n))
  const sizes: number[] = []
  const seen: string[] = []
  for (let rest = spans; rest.length > 0; ) {
    const payload = pack(rest)
    sizes.push(payload.spans)
    seen.push(...decoded(payload.body).map(({ meta }) => meta['studio.job.id'] ?? ''))
    rest = rest.slice(payload.taken)
  }
  expect(sizes).toEqual([100, 100, 50])
  expect(seen).toEqual(spans.map(({ meta }) => meta['studio.job.id']))
})

test('bytes are bounded too, and one that is too large goes alone', () => {
  const limits = { spans: 100, bytes: 3_000 }
  const large = { ...span(0), meta: { blob: 'x'.repeat(10_000) } }
  expect(pack([large, span(1)], limits)).toMatchObject({ taken: 1, spans: 1 })
  const few = pack(
    Array.from({ length: 50 }, (_, n) => span(n)),
    limits,
  )
  expect(few.spans).toBeGreaterThan(1)
  expect(Buffer.concat(few.body).length).toBeLessThanOrEqual(3_003)
})

test('what has no span is passed over, and counts', () => {
  expect(pack([null, span(1), null, span(2), null])).toMatchObject({ taken: 5, spans: 2 })
  expect(pack([null, null])).toMatchObject({ taken: 2, spans: 0 })
})

test('the request says how many traces and bytes it holds', () => {
  const { headers, body } = tracesRequest(pack([span(1), span(2)]))
  expect(headers).toMatchObject({
    'X-Datadog-Trace-Count': '2',
    'Content-Length': String(Buffer.concat([...body].map((part) => Buffer.from(part))).length),
    'Datadog-Meta-Lang': 'nodejs',
    'Datadog-Meta-Tracer-Version': expect.stringMatching(/^5\./),
  })
})
