import { decode } from '@msgpack/msgpack'
import type { WireSpan } from './wire-span'

/**
 * Decodes what dd-trace has encoded for the Agent's `/v0.4/traces`: chunks of spans of one trace each.
 * @throws where it is nothing of the kind
 */
export function decodeTraces(payload: Uint8Array): WireSpan[][] {
  const chunks = decode(payload, { useBigInt64: true })
  if (!Array.isArray(chunks)) throw new Error('the traces are no array')
  return chunks.map((chunk: unknown) => {
    if (!Array.isArray(chunk)) throw new Error('a trace is no array')
    return chunk.map(toSpan)
  })
}

/** Tells whether a span was sampled out: the Agent counts and drops it. A span with a sampling rule of its own stays. */
export function isSampledOut(chunk: readonly WireSpan[]): boolean {
  const priorities = chunk.flatMap(({ metrics: { _sampling_priority_v1: priority } }) => priority ?? [])
  const isKept = chunk.some(({ metrics }) => metrics['_dd.span_sampling.mechanism'] !== undefined)
  return !isKept && priorities.length > 0 && priorities.every((priority) => priority <= 0)
}

function toSpan(value: unknown): WireSpan {
  if (typeof value !== 'object' || value === null) throw new Error('a span is no object')
  const span = value as Readonly<Record<string, unknown>>
  return {
    trace_id: integer(span.trace_id),
    span_id: integer(span.span_id),
    parent_id: integer(span.parent_id),
    name: text(span.name),
    resource: text(span.resource),
    service: text(span.service),
    type: text(span.type),
    error: span.error ? 1 : 0,
    start: integer(span.start),
    duration: integer(span.duration),
    meta: texts(span.meta),
    metrics: numbers(span.metrics),
  }
}

function integer(value: unknown): bigint {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number' && Number.isFinite(value)) return BigInt(Math.round(value))
  throw new Error('a span lacks an id or a time')
}

const text = (value: unknown) => (typeof value === 'string' ? value : '')

function texts(values: unknown): Record<string, string> {
  const entries = Object.entries(values ?? {}).filter((entry) => typeof entry[1] === 'string')
  return Object.fromEntries(entries)
}

/** JSON has no NaN and no infinity. */
function numbers(values: unknown): Record<string, number> {
  const entries = Object.entries(values ?? {}).map(([name, value]) => [name, Number(value)] as const)
  return Object.fromEntries(entries.filter(([, value]) => Number.isFinite(value)))
}
