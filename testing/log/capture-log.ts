import type { LogLevel } from '../../src/common/output/log-level'
import type { Log, LogFields } from '../../src/main/logging/log'

export interface LoggedLine {
  readonly level: LogLevel
  readonly message: string
  readonly fields: LogFields
}

/** A log that a test can read. */
export function captureLog() {
  const lines: LoggedLine[] = []
  const at =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}) =>
      void lines.push({ level, message, fields })
  const log: Log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
  /** The messages of level warn or error. */
  const troubles = () => lines.filter(({ level }) => level === 'warn' || level === 'error')
  return { log, lines, troubles }
}
