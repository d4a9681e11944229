import type { Tracer } from 'dd-trace'
import { REDACTED } from '../../privacy/found'
import { isSecretName } from '../../privacy/secret-names'
import { isNothing } from '../../privacy/secret-values'

/**
 * A span as dd-trace passes it to its exporter. Read in dd-trace 5.132 (`span_format.js`), guarded by a test.
 */
interface FormattedSpan {
  resource?: unknown
  readonly meta?: Record<string, unknown>
  span_events?: readonly object[]
}

interface Exporter {
  export?(spans: readonly FormattedSpan[]): void
}

const MAX_REMEMBERED = 1_000
/** Longest text whose result is remembered, in UTF-16 code units. */
const MAX_REMEMBERED_LENGTH = 200

/**
 * Scrubs the home folder and secrets from every text of every span that is sent: error messages and stacks,
 * URLs, file names, resources, and tags that the app or the backend sets itself.
 */
export function scrubSpans(tracer: Tracer, scrub: (text: string) => string): void {
  const exporter = (tracer as unknown as { _tracer?: { _exporter?: Exporter } })._tracer?._exporter
  const send = exporter?.export
  // Without `DD_TRACE_ENABLED` there is no exporter, and nothing is sent.
  if (!exporter || !send) return
  const scrubOnce = remembering(scrub)
  exporter.export = (spans) => {
    for (const span of spans) scrubSpan(span, scrubOnce)
    send.call(exporter, spans)
  }
}

/**
 * Remembers results, as most texts of a span are those of the span before: service, version, method, route.
 * Measured without: 15 µs a span.
 */
function remembering(scrub: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>()
  return (text) => {
    if (text.length > MAX_REMEMBERED_LENGTH) return scrub(text)
    const remembered = known.get(text)
    if (remembered !== undefined) return remembered
    const scrubbed = scrub(text)
    if (known.size >= MAX_REMEMBERED) known.clear()
    known.set(text, scrubbed)
    return scrubbed
  }
}

function scrubSpan(span: FormattedSpan, scrub: (text: string) => string): void {
  const { meta } = span
  if (typeof span.resource === 'string') span.resource = scrub(span.resource)
  for (const name in meta) {
    const value = meta[name]
    if (typeof value === 'string')
      meta[name] = isSecretName(name) && !isNothing(value) ? REDACTED : scrub(value)
  }
  // The events belong to the span itself: they are not changed in place.
  if (span.span_events) span.span_events = span.span_events.map((event) => scrubDeep(event, scrub) as object)
}

function scrubDeep(value: unknown, scrub: (text: string) => string): unknown {
  if (typeof value === 'string') return scrub(value)
  if (Array.isArray(value)) return value.map((item) => scrubDeep(item, scrub))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, scrubDeep(item, scrub)]))
}
