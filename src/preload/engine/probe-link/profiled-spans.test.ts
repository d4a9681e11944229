import type { Span } from 'dd-trace'
import { expect, it } from 'vitest'
import { startQuietTracer } from '../../../common/tracing/quiet-tracer.test-support'
import { ProfiledSpans } from './profiled-spans'

const tracer = startQuietTracer('backend')
const root = tracer.startSpan('studio.job.queue')
const job = tracer.startSpan('studio.job', { childOf: root })
const node = tracer.startSpan('studio.node', { childOf: job })
const idOf = (span: Span) => BigInt(span.context().toSpanId())

it('are the node’s, else the job’s, below the span with which the trace began', () => {
  const spans = new ProfiledSpans()
  spans.begin(1, null, job, 'portrait', 1_000)
  spans.begin(1, '12', node, 'portrait', 1_000)
  const shared = { 'local root span id': idOf(root), 'trace endpoint': 'portrait', 'trace type': 'worker' }
  expect(spans.labels(1, '12')).toEqual({ 'span id': idOf(node), ...shared })
  expect(spans.labels(1, null)).toEqual({ 'span id': idOf(job), ...shared })
  expect(spans.labels(1, 'another')).toEqual({ 'span id': idOf(job), ...shared })
  expect(spans.labels(2, '12')).toEqual({})
  expect(spans.labels(null, null)).toEqual({})
})

it('remain of a node that a look can have seen, whatever trivial ones come after it', () => {
  const spans = new ProfiledSpans()
  spans.begin(1, 'long', node, 'portrait', 0)
  spans.end(1, 'long', 500)
  for (let n = 0; n < 5_000; n++) {
    spans.begin(1, `n${n}`, node, 'portrait', n)
    spans.end(1, `n${n}`, n + 1)
  }
  expect(spans.labels(1, 'long')).not.toEqual({})
  expect(spans.labels(1, 'n4999')).toEqual({})
})

it('are forgotten, the oldest first, where there are thousands', () => {
  const spans = new ProfiledSpans()
  for (let n = 0; n < 3_000; n++) spans.begin(n, null, job, 'portrait', n)
  expect([spans.labels(0, null), spans.labels(2_999, null)]).toEqual([{}, expect.any(Object)])
  expect(spans.labels(2_999, null)).not.toEqual({})
})
