type Write = (...args: never[]) => unknown

/** A logger of the app's: electron-log, pino, winston, `console`. */
export interface AppLogger {
  readonly debug?: Write
  readonly info: Write
  readonly warn: Write
  readonly error: Write
}
