import { createHash } from 'node:crypto'

/** The ids of a span: its trace, its parent and its own. */
export interface SpanIds {
  /** The lower 64 bits of the trace id, which each span carries. */
  readonly trace: bigint
  /** Its upper 64 bits, 16 hexadecimal digits; `null` for a trace id of 64 bits. */
  readonly upper: string | null
  readonly span: bigint
  /** The parent's id; 0 without a parent. */
  readonly parent: bigint
}

/** The ids as records hold them, the way dd-trace writes them into logs. */
export interface RecordedIds {
  readonly traceId: string | null
  readonly spanId: string | null
  readonly parentId: string | null
}

/** Parses recorded ids; `null` unless there are a trace and a span other than 0. */
export function parseIds({ traceId, spanId, parentId }: RecordedIds): SpanIds | null {
  const trace = parseTraceId(traceId)
  const span = parseId(spanId)
  return trace === null || span === null ? null : { ...trace, span, parent: parseId(parentId) ?? 0n }
}

/**
 * The ids of a span that no tracer made. The same record always gives the same ids: sent again, it is the
 * same span.
 */
export function derivedIds(recordId: string): SpanIds {
  const hash = createHash('sha256').update(`studio-report:${recordId}`).digest()
  return {
    trace: positive(hash.readBigUInt64BE(0)),
    upper: hex64(positive(hash.readBigUInt64BE(8))),
    span: positive(hash.readBigUInt64BE(16)),
    parent: 0n,
  }
}

/** A link to a span, in the form of dd-trace's `_dd.span_links`. */
export function linkTo(
  { trace, upper, span }: SpanIds,
  attributes: Readonly<Record<string, string>>,
): object {
  return { trace_id: `${upper ?? hex64(0n)}${hex64(trace)}`, span_id: hex64(span), attributes, flags: 1 }
}

/** Parses 32 hexadecimal digits, or a decimal number if 128 bits were turned off. */
function parseTraceId(text: string | null): Pick<SpanIds, 'trace' | 'upper'> | null {
  if (text !== null && /^[0-9a-f]{32}$/.test(text)) {
    const trace = BigInt(`0x${text.slice(16)}`)
    const upper = text.slice(0, 16)
    return trace === 0n ? null : { trace, upper: /^0+$/.test(upper) ? null : upper }
  }
  const trace = parseId(text)
  return trace === null ? null : { trace, upper: null }
}

function parseId(text: string | null): bigint | null {
  if (text === null || !/^\d{1,20}$/.test(text)) return null
  const id = BigInt(text)
  return id === 0n || id !== BigInt.asUintN(64, id) ? null : id
}

const hex64 = (id: bigint) => id.toString(16).padStart(16, '0')

/** Makes an id of 63 bits, as dd-trace's own, and never 0, which means none. */
const positive = (id: bigint) => BigInt.asUintN(63, id) || 1n
