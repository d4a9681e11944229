import type { WireSpan } from './wire-span'

/** How the spans of a way out are told: what the intake itself has to work out, and does not from a client token. */
export interface ChunkFormat {
  /** `DD_ENV`. */
  readonly env: string
  /** With an API key: the intake computes trace metrics, as it does from dd-trace's own agentless exporter. */
  readonly computesStats: boolean
}

/**
 * Encodes spans of one trace as one JSON object, an element of what `/api/v2/spans` takes. As dd-trace's agentless
 * exporter (@datadog/libdatadog 0.21, what it sent for a known payload) and electron-sdk 0.9 do it: ids hexadecimal of
 * 64 bits, the upper half of the trace id in `_dd.p.tid` of the first span, times in nanoseconds.
 */
export function encodeChunk(spans: readonly WireSpan[], { env, computesStats }: ChunkFormat): string {
  const texts = spans.map((span, place) => {
    const hints = computesStats ? hintsFor(span) : {}
    const meta = computesStats && place === 0 ? { ...span.meta, '_dd.compute_stats': '1' } : span.meta
    return encodeSpan({ ...span, meta, metrics: { ...span.metrics, ...hints } })
  })
  const about = computesStats ? { hostname: '', env, ...RUNTIME } : { env }
  return `${JSON.stringify(about).slice(0, -1)},"spans":[${texts.join(',')}]}`
}

const RUNTIME = { languageName: 'nodejs', languageVersion: process.version }

/** The Agent would make these of what the tracer says: here there is none. */
function hintsFor({ parent_id, metrics }: WireSpan): Record<string, number> {
  return {
    ...(parent_id === 0n ? { _trace_root: 1 } : {}),
    ...(metrics['_dd.top_level'] === 1 ? { _top_level: 1 } : {}),
  }
}

function encodeSpan({ trace_id, span_id, parent_id, start, duration, ...rest }: WireSpan): string {
  const ids = { trace_id: hex64(trace_id), span_id: hex64(span_id), parent_id: hex64(parent_id) }
  // A double has no room for nanoseconds.
  return `${JSON.stringify({ ...ids, ...rest }).slice(0, -1)},"start":${start},"duration":${duration}}`
}

const hex64 = (id: bigint) => BigInt.asUintN(64, id).toString(16).padStart(16, '0')
