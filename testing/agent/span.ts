import { decode } from '@msgpack/msgpack'
import * as v from 'valibot'

/** One span as the double received it. Ids are written as dd-trace 5 writes them into logs. */
export interface Span {
  /** 32 hex digits (`dd.trace_id`); the upper 64 bits are zero if the tracer sent none. */
  readonly traceId: string
  /** Decimal (`dd.span_id`). */
  readonly spanId: string
  /** Decimal; `0` without a parent. */
  readonly parentId: string
  readonly name: string
  readonly service: string
  readonly resource: string
  readonly type: string
  /** Nanoseconds since the epoch. */
  readonly start: bigint
  readonly startMs: number
  /** Nanoseconds. */
  readonly duration: bigint
  readonly durationMs: number
  readonly error: boolean
  readonly meta: Readonly<Record<string, string>>
  readonly metrics: Readonly<Record<string, number>>
}

const integer = v.pipe(
  v.union([v.bigint(), v.pipe(v.number(), v.integer())]),
  v.transform((value) => BigInt(value)),
)
const text = v.optional(v.nullable(v.string()))

const WireSpanSchema = v.object({
  trace_id: integer,
  span_id: integer,
  parent_id: v.optional(integer, 0),
  name: v.string(),
  service: text,
  resource: text,
  type: text,
  start: integer,
  duration: integer,
  error: v.optional(integer, 0),
  meta: v.optional(v.record(v.string(), v.string()), {}),
  metrics: v.optional(
    v.record(
      v.string(),
      v.pipe(
        v.union([v.number(), v.bigint()]),
        v.transform((value) => Number(value)),
      ),
    ),
    {},
  ),
})
const PayloadSchema = v.array(v.array(WireSpanSchema))

/** Decodes the spans of a `/v0.4/traces` payload, in the order sent. Throws for anything else. */
export function decodeSpans(body: Uint8Array): Span[] {
  const chunks = v.parse(PayloadSchema, decode(body, { useBigInt64: true }))
  return chunks.flatMap((chunk) => {
    // The upper half of the trace id travels once per chunk, on its first span.
    const upper = chunk.map((span) => span.meta['_dd.p.tid']).find((tid) => tid !== undefined) ?? ''
    return chunk.map((span) => normalise(span, upper))
  })
}

function normalise(span: v.InferOutput<typeof WireSpanSchema>, upper: string): Span {
  return {
    traceId: (upper + hex64(span.trace_id)).padStart(32, '0'),
    spanId: String(span.span_id),
    parentId: String(span.parent_id),
    name: span.name,
    service: span.service ?? '',
    resource: span.resource ?? '',
    type: span.type ?? '',
    start: span.start,
    startMs: Number(span.start) / 1e6,
    duration: span.duration,
    durationMs: Number(span.duration) / 1e6,
    error: span.error !== 0n,
    meta: span.meta,
    metrics: span.metrics,
  }
}

function hex64(id: bigint): string {
  return BigInt.asUintN(64, id).toString(16).padStart(16, '0')
}
