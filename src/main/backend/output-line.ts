import type { LogLevel } from '../../common/output/log-level'
import type { OutputMark } from '../../common/output/marks'
import { plainText } from '../../common/privacy/invisible'
import { scrubFields } from '../../common/privacy/scrub-fields'
import { scrub } from '../../common/privacy/scrubber'
import type { LogContext } from '../../common/tracing/log-context'
import type { OutputStream } from './process'

export interface OutputText {
  /** ISO 8601, UTC. */
  readonly time: string
  readonly stream: OutputStream
  /** The text without its final newline. */
  readonly text: string
  /** The mark; `null` for text that no `console` call wrote. */
  readonly mark: OutputMark | null
  /** Service, environment and version of the backend; `null` if logs are not linked to traces. */
  readonly context: LogContext | null
  /** Finds the level that a line states itself, which then counts and no mark's; `null` to go by the mark. */
  readonly levelOf: ((line: string) => LogLevel | null) | null
}

/** Names that loggers use for our fields. */
const SAME = {
  time: ['time', 'timestamp', '@timestamp', 'date', 'ts'],
  level: ['level', 'status', 'severity'],
  stream: ['stream'],
} as const

/** Fields by which Datadog files a log: whose it is, and where it ran. They are the monitor's to set, not the backend's. */
const FILED_BY =
  /^(?:dd|dd[._-].*|ddsource|ddtags|service|host|hostname|source|tags|env|version|trace_id|span_id|@?host\..*)$/i

/**
 * Formats the backend's output as one JSON line, without secrets. JSON of its own keeps its fields, but those by which
 * Datadog files it, and gets those it lacks.
 */
export function outputLine({ time, stream, text, mark, context, levelOf }: OutputText): string {
  // Colours are for a terminal.
  const plain = plainText(text)
  const own = asObject(plain)
  const message = plainText(scrub(text))
  const level = levelOf ? levelOf(message) : (mark?.level ?? null)
  const head = { time, ...(level && { level }), stream }
  if (!own) return JSON.stringify({ ...head, message, ...linked({ ...ids(mark) }, context) })
  const kept = Object.entries(own).filter(([name]) => !FILED_BY.test(name))
  // A text in JSON may have codes and marks of direction as escapes.
  const fields = scrubFields(Object.fromEntries(kept), (value) => plainText(scrub(value))) as object
  const missing = Object.entries(head).filter(
    ([name]) => !SAME[name as keyof typeof SAME].some((other) => other in fields),
  )
  return JSON.stringify({
    ...Object.fromEntries(missing),
    ...fields,
    ...linked({ ...loggedIds(own.dd), ...ids(mark) }, context),
  })
}

const linked = (of: LogContext, context: LogContext | null) => context && { dd: { ...of, ...context } }

/** The ids that dd-trace put into the line of a logger; whatever else stands there is not taken. */
function loggedIds(dd: unknown): LogContext {
  const { trace_id: traceId, span_id: spanId } = Object(dd) as Readonly<Record<string, unknown>>
  if (typeof traceId !== 'string' || typeof spanId !== 'string') return {}
  return TRACE_ID.test(traceId) && SPAN_ID.test(spanId) ? { trace_id: traceId, span_id: spanId } : {}
}

const TRACE_ID = /^(?:[0-9a-f]{32}|\d{1,20})$/
const SPAN_ID = /^\d{1,20}$/

function ids(mark: OutputMark | null): LogContext {
  return mark?.ids ? { trace_id: mark.ids.traceId, span_id: mark.ids.spanId } : {}
}

/** Parses a line that a logger such as pino or winston wrote. */
function asObject(text: string): Record<string, unknown> | null {
  if (!text.startsWith('{') || !text.endsWith('}')) return null
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
