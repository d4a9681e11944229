import type { Span } from 'dd-trace'

/** The private parts of a span. Read in dd-trace 5.132, guarded by a test. */
interface SpanInternals {
  readonly _duration?: number
  readonly _processor?: { process?(span: unknown): void }
  context(): { readonly _trace?: { readonly started?: unknown } }
}

/**
 * Takes an open span out of its trace: dd-trace never sends it, and sends the others as if it had never been
 * there. Tags that travel once per chunk, on its first span, are added by dd-trace later and so are not lost.
 * @returns `false` when dd-trace is not as expected; nothing has changed then
 */
export function withholdSpan(span: Span): boolean {
  const { _duration, _processor, context } = span as unknown as SpanInternals
  const started = context.call(span)._trace?.started
  if (_duration !== undefined || !Array.isArray(started) || typeof _processor?.process !== 'function')
    return false
  const place = started.indexOf(span)
  if (place < 0) return false
  started.splice(place, 1)
  // The others may have waited for this one: a trace is sent when nothing in it is open.
  _processor.process(span)
  return true
}
