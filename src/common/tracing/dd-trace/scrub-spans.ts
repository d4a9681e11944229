import type { Tracer } from 'dd-trace'
import { REDACTED } from '../../privacy/found'
import { remembering } from '../../privacy/remembering'
import { isSecretName } from '../../privacy/secret-names'
import { isNothing } from '../../privacy/secret-values'

/**
 * A span as dd-trace passes it to its exporter. Read in dd-trace 5.132 (`span_format.js`), guarded by a test.
 */
interface FormattedSpan {
  name?: unknown
  service?: unknown
  resource?: unknown
  type?: unknown
  meta?: Record<string, unknown>
  metrics?: Record<string, unknown>
  span_events?: readonly object[]
}

interface Exporter {
  export?(spans: readonly FormattedSpan[]): void
}

/** The private parts of dd-trace that finished spans come through. Read in dd-trace 5.132, guarded by a test. */
interface Internals {
  readonly _exporter?: Exporter
  /** Counts the spans in statistics, with `DD_TRACE_STATS_COMPUTATION_ENABLED` alone, before they come to the exporter. */
  readonly _processor?: { readonly _stats?: { onSpanFinished?(span: FormattedSpan): void } }
}

/**
 * Scrubs the home folder and secrets from every text of every span that is sent or counted: error messages and stacks,
 * URLs, file names, resources, and tags that the app or the backend sets itself, their names too.
 */
export function scrubSpans(tracer: Tracer, scrub: (text: string) => string): void {
  const { _exporter: exporter, _processor: processor } =
    (tracer as unknown as { _tracer?: Internals })._tracer ?? {}
  const send = exporter?.export
  // Without `DD_TRACE_ENABLED` there is no exporter, and nothing is sent.
  if (!exporter || !send) return
  // Measured without: 15 µs a span.
  const scrubOnce = remembering(scrub)
  exporter.export = (spans) => {
    for (const span of spans) scrubSpan(span, scrubOnce)
    send.call(exporter, spans)
  }
  const stats = processor?._stats
  const count = stats?.onSpanFinished
  if (!stats || !count) return
  stats.onSpanFinished = (span) => {
    scrubSpan(span, scrubOnce)
    count.call(stats, span)
  }
}

function scrubSpan(span: FormattedSpan, scrub: (text: string) => string): void {
  for (const field of ['name', 'service', 'resource', 'type'] as const) {
    const value = span[field]
    if (typeof value === 'string') span[field] = scrub(value)
  }
  const { meta } = span
  for (const name in meta) {
    const value = meta[name]
    if (typeof value === 'string')
      meta[name] = isSecretName(name) && !isNothing(value) ? REDACTED : scrub(value)
  }
  if (meta) span.meta = withScrubbedNames(meta, scrub)
  if (span.metrics) span.metrics = withScrubbedNames(span.metrics, scrub)
  // The events belong to the span itself: they are not changed in place.
  if (span.span_events) span.span_events = span.span_events.map((event) => scrubDeep(event, scrub) as object)
}

/** The same object where no name is changed: that is nearly always so. */
function withScrubbedNames(
  tags: Record<string, unknown>,
  scrub: (text: string) => string,
): Record<string, unknown> {
  for (const name in tags) {
    if (scrub(name) !== name)
      return Object.fromEntries(Object.entries(tags).map(([own, value]) => [scrub(own), value]))
  }
  return tags
}

function scrubDeep(value: unknown, scrub: (text: string) => string): unknown {
  if (typeof value === 'string') return scrub(value)
  if (Array.isArray(value)) return value.map((item) => scrubDeep(item, scrub))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, scrubDeep(item, scrub)]))
}
