import type { Log } from './log'

/** Logs what nobody caught in the main process; what becomes of it is for others to decide. @returns what ends it */
export function logUncaught(log: Log): () => void {
  const onError = (error: unknown) => {
    const { message, stack = '' } = error instanceof Error ? error : new Error(String(error))
    log.error(`uncaught exception in the main process (continuing): ${message}`, { stack })
  }
  process.on('uncaughtExceptionMonitor', onError)
  return () => process.off('uncaughtExceptionMonitor', onError)
}
