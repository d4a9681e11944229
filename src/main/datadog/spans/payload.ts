import { encode } from '@msgpack/msgpack'
import { containerHeaders, tracerVersion } from '../../../common/tracing/dd-trace/transport'
import type { AgentRequest } from '../agent/send'
import type { WireSpan } from './wire-span'

/**
 * Limits of one request. The Agent accepts 25 MiB (`max_request_bytes`); what is sent again should be little.
 */
export interface PayloadLimits {
  readonly spans: number
  readonly bytes: number
}

const PAYLOAD_LIMITS: PayloadLimits = { spans: 100, bytes: 1024 * 1024 }

/** A msgpack array of up to 65,535 elements: its marker and their number. */
const ARRAY_16 = 0xdc

/** The content of one request. */
export interface Payload {
  /** The number of given spans that it covers, including those that are `null`. */
  readonly taken: number
  readonly spans: number
  readonly body: readonly Uint8Array[]
}

/** How chunks are written for one kind of receiver. */
export interface PayloadFormat {
  /** One span as a chunk of its own. */
  encode(span: WireSpan): Uint8Array
  body(chunks: readonly Uint8Array[]): readonly Uint8Array[]
}

const AGENT_FORMAT: PayloadFormat = {
  encode: (span) => encode([span], { useBigInt64: true }),
  body: (chunks) => [Buffer.of(ARRAY_16, chunks.length >> 8, chunks.length & 0xff), ...chunks],
}

/** Encodes spans, each a chunk of its own, until a limit is reached, and at least one. What has no span is passed over. */
export function pack(
  spans: Iterable<WireSpan | null>,
  limits: PayloadLimits = PAYLOAD_LIMITS,
  format: PayloadFormat = AGENT_FORMAT,
): Payload {
  const chunks: Uint8Array[] = []
  let [taken, bytes] = [0, 0]
  for (const span of spans) {
    const chunk = span && format.encode(span)
    if (chunk && chunks.length > 0 && bytes + chunk.byteLength > limits.bytes) break
    taken++
    if (!chunk) continue
    bytes += chunk.byteLength
    chunks.push(chunk)
    if (chunks.length >= limits.spans) break
  }
  return { taken, spans: chunks.length, body: format.body(chunks) }
}

/** The request, as dd-trace 5.132 sends its own (`exporters/agent/writer.js`). */
export function tracesRequest({ spans, body }: Payload): AgentRequest {
  return {
    method: 'PUT',
    path: '/v0.4/traces',
    headers: {
      'Content-Type': 'application/msgpack',
      'Datadog-Meta-Tracer-Version': tracerVersion() ?? '0',
      'X-Datadog-Trace-Count': String(spans),
      'Datadog-Meta-Lang': 'nodejs',
      'Datadog-Meta-Lang-Version': process.version,
      'Datadog-Meta-Lang-Interpreter': 'v8',
      'Datadog-Client-Computed-Top-Level': 'yes',
      'Content-Length': String(body.reduce((sum, part) => sum + part.byteLength, 0)),
      ...containerHeaders(),
    },
    body,
  }
}
