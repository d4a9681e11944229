import type { Log } from './log'

/**
 * Logs uncaught errors in the main process; others decide what follows.
 * @returns a function that stops it
 */
export function logUncaught(log: Log): () => void {
  const onError = (error: unknown) => {
    const { message, stack = '' } = error instanceof Error ? error : new Error(String(error))
    log.error(`uncaught exception in the main process (continuing): ${message}`, { stack })
  }
  process.on('uncaughtExceptionMonitor', onError)
  return () => process.off('uncaughtExceptionMonitor', onError)
}
