import { channel } from 'node:diagnostics_channel'
import type { Span } from 'dd-trace'

/**
 * Calls back with each span that is finished, just before it is among those to send. Read in dd-trace 5.132, guarded
 * by a test.
 */
export function onSpanFinished(told: (span: object) => void): void {
  channel('dd-trace:span:finish').subscribe((span) => told(span as object))
}

/** The span that a span's trace began with in this process, `null` where that is not known. Guarded by the same test. */
export function firstSpanOf(span: Span): Span | null {
  const { _trace } = span.context() as { readonly _trace?: { readonly started?: readonly Span[] } }
  return _trace?.started?.[0] ?? null
}
