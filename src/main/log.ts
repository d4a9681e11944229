export type LogLevel = 'debug' | 'info' | 'warn' | 'error'
export type LogFields = Readonly<Record<string, string | number | boolean | null | readonly string[]>>

/** The monitor's own log. One call is one line; a call never throws. */
export interface Log {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

export interface LogSinks {
  /** Takes one JSON line, without its newline. */
  readonly file: (line: string) => void
  /** Takes one line for a person, without its newline; not called for `debug`. */
  readonly terminal: (line: string) => void
  /** Wall clock, milliseconds since the epoch. */
  readonly now: () => number
}

/** A log that writes JSON lines to a file, and the messages alone to the terminal. */
export function createLog({ file, terminal, now }: LogSinks): Log {
  const at =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      const line = message.replaceAll(/[\r\n]+/g, ' ')
      file(JSON.stringify({ time: new Date(now()).toISOString(), level, message: line, ...fields }))
      if (level !== 'debug') terminal(`studio-monitor: ${line}${inWords(fields)}`)
    }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

function inWords(fields: LogFields): string {
  const words = Object.entries(fields).map(([name, value]) => `${name}: ${value}`)
  return words.length === 0 ? '' : ` (${words.join(', ')})`
}
