import { expect, test } from 'vitest'
import { failedJob } from '../../records/jobs/testing/samples'
import { derivedIds } from './ids'
import { jobSpan } from './job-span'
import { IDENTITY } from './testing/identity'

const traced = failedJob(0, {
  traceId: '6740f0a1000000008f3b2c1d4e5f6071',
  spanId: '18446744073709551615',
  parentId: '42',
})

test('a failed job has its own place, its true times, and is kept by any sampling', () => {
  const job = { ...traced, startedAt: '2026-11-23T20:11:55.512Z', failedAt: '2026-11-23T20:12:00.001Z' }
  const span = jobSpan(job, IDENTITY)
  expect(span).toMatchObject({
    name: 'studio.job',
    resource: 'image',
    service: 'studio',
    type: 'worker',
    error: 1,
    trace_id: 0x8f3b2c1d4e5f6071n,
    span_id: 18446744073709551615n,
    parent_id: 42n,
    start: 1_795_464_715_512_000_000n,
    duration: 4_489_000_000n,
    meta: {
      '_dd.p.tid': '6740f0a100000000',
      '_dd.p.dm': '-4',
      env: 'testing',
      version: '1.2.3',
      language: 'javascript',
      team: 'images',
      'studio.process': 'backend',
      'studio.job.id': 'job-0',
      'studio.job.kind': 'image',
      'studio.job.name': 'größer rechnen',
      'span.kind': 'consumer',
      'studio.job.state': 'failed',
      'studio.job.cause': 'job-error',
      'studio.job.oom': 'false',
      'error.type': 'Error',
      'error.message': 'it broke\nin "0"',
    },
    metrics: { 'studio.job.progress': 0.5, _sampling_priority_v1: 2 },
  })
  expect(span.meta).not.toHaveProperty('studio.incident.id')
  expect(span.meta).not.toHaveProperty('_dd.span_links')
})

test('one that died with its backend names the death, and leads to it', () => {
  const { meta, metrics } = jobSpan(
    { ...traced, cause: 'heap-out-of-memory', oom: true, incidentId: 'i-1', error: null, progress: null },
    IDENTITY,
  )
  expect(meta).toMatchObject({
    'studio.job.oom': 'true',
    'studio.incident.id': 'i-1',
    'error.type': 'heap-out-of-memory',
    'error.message': 'the job was lost while it ran: ran out of JavaScript heap',
  })
  expect(metrics).not.toHaveProperty('studio.job.progress')
  const { upper, trace, span } = derivedIds('i-1')
  const hex = (id: bigint) => id.toString(16).padStart(16, '0')
  expect(JSON.parse(meta['_dd.span_links'] ?? '')).toMatchObject([
    { trace_id: `${upper}${hex(trace)}`, span_id: hex(span) },
  ])
})

test('one that had not begun is a wait that ended badly', () => {
  const span = jobSpan({ ...traced, state: 'queued', cause: 'killed', error: null }, IDENTITY)
  expect([span.name, span.meta['error.message']]).toEqual([
    'studio.job.queue',
    'the job was lost while it waited: killed from outside',
  ])
})

test.each([
  ['no ids', null, null],
  ['no span id', traced.traceId, null],
  ['a trace id that is none', 'g'.repeat(32), '1'],
  ['ids of zero', '0'.repeat(32), '0'],
  ['a span id that is too large', traced.traceId, '18446744073709551616'],
])('%s: a place of its own, the same each time', (_, traceId, spanId) => {
  const job = { ...traced, traceId, spanId }
  const [span, again] = [jobSpan(job, IDENTITY), jobSpan(job, IDENTITY)]
  expect(again).toEqual(span)
  expect([span.trace_id > 0n, span.span_id > 0n, span.parent_id]).toEqual([true, true, 0n])
  expect(jobSpan({ ...job, id: 'another' }, IDENTITY).trace_id).not.toBe(span.trace_id)
})

test('64-bit trace ids stay so', () => {
  const { trace_id, meta } = jobSpan({ ...traced, traceId: '1234567890', parentId: 'x' }, IDENTITY)
  expect([trace_id, meta['_dd.p.tid']]).toEqual([1234567890n, undefined])
  const padded = jobSpan({ ...traced, traceId: '499602d2'.padStart(32, '0') }, IDENTITY)
  expect([padded.trace_id, padded.meta['_dd.p.tid']]).toEqual([1234567890n, undefined])
})

test.each([
  ['not a time', 'x', 'y', 0n, 0n],
  ['a clock that was set back', '2026-01-01T00:00:01.000Z', '2026-01-01T00:00:00.000Z', null, 0n],
  ['after what nanoseconds can say', '+200000-01-01T00:00:00.000Z', '+200000-01-01T00:00:00.000Z', 0n, 0n],
  ['before the epoch', '1969-01-01T00:00:00.000Z', '1969-01-01T00:00:01.000Z', 0n, 0n],
])('%s: nothing that the Agent could not read', (_, startedAt, failedAt, start, duration) => {
  const span = jobSpan({ ...traced, startedAt, failedAt }, IDENTITY)
  if (start !== null) expect(span.start).toBe(start)
  expect(span.duration).toBe(duration)
})

test('it is of the backend that had the job, though another version reports it', () => {
  const job = {
    ...traced,
    stack: 'Error: no\n    at render (nodes.js:1:1)',
    runtimeId: 'f00d',
    version: '1.0.0',
  }
  expect(jobSpan(job, IDENTITY).meta).toMatchObject({
    'error.stack': 'Error: no\n    at render (nodes.js:1:1)',
    'runtime-id': 'f00d',
    version: '1.0.0',
  })
})

test('secrets do not leave, nor more than Datadog shows', () => {
  const message = `Authorization: Bearer abcdefghijklmnopqrstuvwxyz0123456789 ${'x'.repeat(10_000)}`
  const { meta } = jobSpan({ ...traced, error: { name: 'E', message } }, IDENTITY)
  expect(meta['error.message']).not.toContain('abcdefghijklmnopqrstuvwxyz0123456789')
  expect(meta['error.message']).toHaveLength(5_000)
})
