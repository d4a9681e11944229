export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const

/** The severity of a log line, by Datadog's names. */
export type LogLevel = (typeof LOG_LEVELS)[number]

/** The level of each name that loggers have for one, of JavaScript's and of Python's. */
export const LEVELS_BY_NAME: Readonly<Record<string, LogLevel>> = {
  trace: 'debug',
  verbose: 'debug',
  silly: 'debug',
  debug: 'debug',
  info: 'info',
  warn: 'warn',
  warning: 'warn',
  error: 'error',
  critical: 'error',
  fatal: 'error',
}

/** The level of a logger's name for one, in any case; `null` for another word. */
export function levelNamed(name: string): LogLevel | null {
  const lower = name.toLowerCase()
  return Object.hasOwn(LEVELS_BY_NAME, lower) ? (LEVELS_BY_NAME[lower] ?? null) : null
}
