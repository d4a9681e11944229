import type { Tracer } from 'dd-trace'

/** The private parts of dd-trace's exporter. Read in dd-trace 5.132, guarded by tests. */
export interface TraceExporter {
  flush(done: () => void): void
  _writer?: TraceWriter
}

export interface TraceWriter {
  /** The headers of each request to the Agent. */
  _headers?: Readonly<Record<string, string>>
  _encoder?: { count(): number; makePayload(): Uint8Array }
  /** Passes an error to `done` only if `options` have a deadline, which it does not keep. */
  _sendPayload?(
    payload: Uint8Array,
    count: number,
    done: (error?: SendError) => void,
    options?: { deadline?: number },
  ): void
  /** Takes the sampling rates of the Agent's response, and throws for anything else. */
  _prioritySampler?: { update(rates: unknown): void }
}

export interface SendError extends Error {
  /** The HTTP status. */
  readonly status?: number
  /** The system's code. */
  readonly code?: string
}

export function exporterOf(tracer: Tracer): TraceExporter | null {
  const internals = tracer as unknown as { _tracer?: { _exporter?: TraceExporter } }
  return internals._tracer?._exporter ?? null
}
