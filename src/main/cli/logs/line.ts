import { LOG_LEVELS, type LogLevel } from '../../../common/output/log-level'
import type { LogSource } from './source'

/** A line of a log file. */
export interface LogLine {
  readonly source: LogSource
  /** The line as it stands in the file. */
  readonly raw: string
  /** Milliseconds since the epoch; `NaN` where the line tells none. */
  readonly at: number
  /** `null` where the line tells none, or one that is not ours. */
  readonly level: LogLevel | null
  readonly message: string
}

/** Reads a line. One that is no JSON, as a crash leaves it, is its own message. */
export function parseLine(source: LogSource, raw: string): LogLine {
  const fields = parseFields(raw)
  if (fields === null)
    return { source, raw: JSON.stringify({ message: raw }), at: Number.NaN, level: null, message: raw }
  const { time, level, message, msg } = fields
  return {
    source,
    raw,
    at: typeof time === 'string' || typeof time === 'number' ? new Date(time).getTime() : Number.NaN,
    level: LOG_LEVELS.find((known) => known === level) ?? null,
    message: textIn(message) ?? textIn(msg) ?? raw,
  }
}

function parseFields(raw: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(raw)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}

function textIn(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
