import { stripVTControlCharacters } from 'node:util'
import type { LogLevel } from '../../common/output/log-level'
import type { OutputMark } from '../../common/output/marks'
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
  dd: ['dd'],
} as const

/**
 * Formats the backend's output as one JSON line, without secrets. JSON of its own keeps its fields, and gets
 * those it lacks.
 */
export function outputLine({ time, stream, text, mark, context, levelOf }: OutputText): string {
  // Colours are for a terminal.
  const scrubbed = scrub(stripVTControlCharacters(text))
  const level = levelOf ? levelOf(scrubbed) : (mark?.level ?? null)
  const dd = context && { ...ids(mark), ...context }
  const head = { time, ...(level && { level }), stream }
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

/** Parses a line that a logger such as pino or winston wrote. */
function asObject(text: string): Record<string, unknown> | null {
  if (!text.startsWith('{') || !text.endsWith('}')) return null
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
