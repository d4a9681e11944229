import type { OutputMark } from '../../common/output/marks'
import { scrub } from '../../common/privacy/scrubber'
import type { LogContext } from '../../common/tracing/log-context'
import type { OutputStream } from './process'

export interface OutputText {
  /** ISO 8601, UTC. */
  readonly time: string
  readonly stream: OutputStream
  /** Without the newline at its end. */
  readonly text: string
  /** `null` for what no call of `console` wrote. */
  readonly mark: OutputMark | null
  /** Service, environment and version of the backend; `null` where logs are not to lead to traces. */
  readonly context: LogContext | null
}

/** Names that loggers give to what we call so. */
const SAME = {
  time: ['time', 'timestamp', '@timestamp', 'date', 'ts'],
  level: ['level', 'status', 'severity'],
  stream: ['stream'],
  dd: ['dd'],
} as const

/** What the backend wrote as one JSON line, without secrets. Its own JSON keeps its fields, and gets those it lacks. */
export function outputLine({ time, stream, text, mark, context }: OutputText): string {
  const scrubbed = scrub(text)
  const dd = context && { ...ids(mark), ...context }
  const head = { time, ...(mark && { level: mark.level }), stream }
  const own = asObject(scrubbed)
  if (!own) return JSON.stringify({ ...head, message: scrubbed, ...(dd && { dd }) })
  const missing = Object.entries({ ...head, ...(dd && { dd }) }).filter(
    ([name]) => !SAME[name as keyof typeof SAME].some((other) => other in own),
  )
  return JSON.stringify({ ...Object.fromEntries(missing), ...own })
}

function ids(mark: OutputMark | null): LogContext {
  return mark?.ids ? { trace_id: mark.ids.traceId, span_id: mark.ids.spanId } : {}
}

/** A line that a logger such as pino or winston wrote. */
function asObject(text: string): Record<string, unknown> | null {
  if (!text.startsWith('{') || !text.endsWith('}')) return null
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
