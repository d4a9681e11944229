import type { LogLevel } from '../../common/output/log-level'
import type { AppLogger } from './app-logger-shape'
import type { LogFields } from './log'

/** Writes lines into an app's logger, fields first where it is pino, which takes them so. */
export function appLoggerSink(
  logger: AppLogger,
): (level: LogLevel, message: string, fields: LogFields) => void {
  const isPino = 'bindings' in logger && typeof logger.bindings === 'function'
  return (level, message, fields) => {
    const write = logger[level]
    if (typeof write !== 'function') return
    const line = `studio-monitor: ${message}`
    const hasFields = Object.keys(fields).length > 0
    const args = hasFields ? (isPino ? [fields, line] : [line, fields]) : [line]
    Reflect.apply(write, logger, args)
  }
}
