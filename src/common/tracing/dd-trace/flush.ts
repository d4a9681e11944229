import type { Tracer } from 'dd-trace'
import { within } from '../../timing/within'
import { exporterOf } from './exporter'
import { whenTracesSent } from './trace-delivery'

/** Sends the finished spans, and waits for the Agent's answer for at most `deadlineMs` milliseconds. */
export function flushTraces(tracer: Tracer | null, deadlineMs: number): Promise<void> {
  const exporter = tracer && exporterOf(tracer)
  if (!tracer || !exporter) return Promise.resolve()
  return within(deadlineMs, (done) => exporter.flush(() => whenTracesSent(tracer, done)))
}

/** The finished spans that have not been sent, as the Agent's `/v0.4/traces` takes them, and their number. */
export interface UnsentTraces {
  readonly payload: Uint8Array
  readonly count: number
}

/** Takes the unsent spans out of dd-trace: for a process that has no time left to send them. */
export function takeUnsentTraces(tracer: Tracer | null): UnsentTraces | null {
  try {
    const encoder = tracer && exporterOf(tracer)?._writer?._encoder
    const count = encoder?.count() ?? 0
    return encoder && count > 0 ? { payload: encoder.makePayload(), count } : null
  } catch {
    // Called while the process exits: an error here would change its exit code.
    return null
  }
}

/** Sends another process's spans as if they were ours; waits for at most `deadlineMs` milliseconds. */
export function sendTraces(tracer: Tracer | null, traces: UnsentTraces, deadlineMs: number): Promise<void> {
  const writer = tracer && exporterOf(tracer)?._writer
  if (!writer?._sendPayload) return Promise.resolve()
  return within(deadlineMs, (done) => writer._sendPayload?.(Buffer.from(traces.payload), traces.count, done))
}
