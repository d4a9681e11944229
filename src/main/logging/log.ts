import type { LogLevel } from '../../common/output/log-level'
import { plainLine, plainText } from '../../common/privacy/invisible'
import { scrub } from '../../common/privacy/scrubber'
import type { LogContext } from '../../common/tracing/log-context'

export type LogFields = Readonly<Record<string, string | number | boolean | null | readonly string[]>>

/** The monitor's own log. Each call writes one line and never throws. */
export interface Log {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

export interface LogSinks {
  /** Writes one JSON line, without its newline and without secrets. */
  readonly file: (line: string) => void
  /** Writes one readable line, without its newline; not called for `debug`, nor where the app has a logger. */
  readonly terminal: (line: string) => void
  /** The app's own logger, with every level. */
  readonly logger?: ((level: LogLevel, message: string, fields: LogFields) => void) | null
  /** The context that links a line to the active trace; `null` if logs are not linked to traces. */
  readonly context: () => LogContext | null
  /** Wall clock, milliseconds since the epoch. */
  readonly now: () => number
}

/** Makes a log that writes JSON lines to a file, and the messages with their fields to the terminal. */
export function createLog({ file, terminal, logger = null, context, now }: LogSinks): Log {
  const at =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      const head = { time: new Date(now()).toISOString(), level, message: plainLine(scrub(message)) }
      const data = plainData(fields)
      // These come twice: first in the line, and not for a field to replace.
      attempt(() => {
        const dd = context()
        file(JSON.stringify({ ...head, ...data, ...head, ...(dd && { dd }) }))
      })
      if (logger) attempt(() => logger(level, head.message, data))
      else if (level !== 'debug') attempt(() => terminal(`studio-monitor: ${head.message}${inWords(data)}`))
    }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

function inWords(fields: LogFields): string {
  const words = Object.entries(fields).map(([name, value]) => `${name}: ${value}`)
  return words.length === 0 ? '' : plainLine(` (${words.join(', ')})`)
}

/**
 * Makes the fields plain data, scrubbed like the message: a field from elsewhere that is not must not cost
 * the line.
 */
function plainData(fields: LogFields): LogFields {
  try {
    return JSON.parse(JSON.stringify(fields), (_name, value) =>
      typeof value === 'string' ? plainText(scrub(value)) : value,
    )
  } catch {
    return { fields: 'unreadable' }
  }
}

function attempt(write: () => void): void {
  try {
    write()
  } catch {
    // There is nowhere left to report it.
  }
}
