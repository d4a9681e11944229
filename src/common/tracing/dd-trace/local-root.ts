import type { Span } from 'dd-trace'

/** The private parts of a span's context in dd-trace 5.132; guarded by a test. */
interface TracedContext {
  readonly _trace?: { readonly started?: readonly Span[] }
  toSpanId(): string
}

/** The span with which a span's trace began in this process, by its id; its own where there is no other. */
export function localRootId(span: Span): string {
  const context = span.context() as TracedContext
  return (context._trace?.started?.[0] ?? span).context().toSpanId()
}
