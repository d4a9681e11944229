/** The severity of a log line, by Datadog's names. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error'
