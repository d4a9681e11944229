import type { Tracer } from 'dd-trace'
import type { SendGate } from '../../privacy/send-gate'
import { exporterOf } from './exporter'

/** A finished span: nanoseconds since the epoch. Read in dd-trace 5.132 (`span_format.js`), guarded by a test. */
interface FinishedSpan {
  readonly start?: number
  readonly duration?: number
}

interface Exporter {
  export?(spans: readonly FinishedSpan[]): void
}

/**
 * Drops finished spans that were recorded while it was denied that anything leaves, at least in part. All of a chunk goes:
 * its first span has the tags of all, the upper half of the trace's id among them.
 */
export function withholdDeniedSpans(tracer: Tracer, gate: SendGate): void {
  const exporter = exporterOf(tracer) as (Exporter & ReturnType<typeof exporterOf>) | null
  const send = exporter?.export
  if (!exporter || !send) return
  exporter.export = (spans) => {
    if (gate.consent === 'denied' || spans.some((span) => isWithheld(span, gate))) return
    send.call(exporter, spans)
  }
  gate.onChange((consent) => {
    // What is encoded comes to where it is sent from now, and not once that is open again.
    if (consent === 'denied') exporter.flush?.(() => {})
  })
}

function isWithheld({ start = 0, duration = 0 }: FinishedSpan, gate: SendGate): boolean {
  return gate.isWithheld(Math.floor(start / 1e6), Math.ceil((start + duration) / 1e6))
}
