/** How grave a log line is, by the names that Datadog knows. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error'
