export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const

/** The severity of a log line, by Datadog's names. */
export type LogLevel = (typeof LOG_LEVELS)[number]
