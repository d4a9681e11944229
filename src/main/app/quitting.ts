import { app } from 'electron'
import { plainLine } from '../../common/privacy/invisible'
import type { StudioMonitor } from '../monitoring/studio-monitor'
import type { StartError } from '../startup/start-error'
import { problems } from '../startup/tracer'

const QUIT_SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

/**
 * Ties a desktop app of one backend to its monitor: quitting, or a signal, stops the backend first; a backend
 * that has ended for good quits the app. Exit code 0 after a requested end, 2 if the backend cannot be
 * started at all, 1 for any other end.
 */
export function quitWith(starting: Promise<StudioMonitor>): void {
  // Chromium replaces any handlers that were there before with its own.
  app.whenReady().then(() => {
    for (const signal of QUIT_SIGNALS) process.on(signal, () => app.quit())
    quitWithParent()
  })
  starting.then(
    (monitor) => {
      const end = (exitCode: number) => void monitor.stop().finally(() => app.exit(exitCode))
      app.on('before-quit', (event) => {
        event.preventDefault()
        end(0)
      })
      monitor.on('ended', ({ wanted }) => end(wanted ? 0 : 1))
    },
    (error: unknown) => {
      // There is no log yet. A file that was ignored may have named the backend.
      if (isStartError(error) && error.exitCode === 2)
        for (const problem of problems) process.stderr.write(`studio-monitor: ${plainLine(problem)}\n`)
      process.stderr.write(
        `studio-monitor: ${plainLine(error instanceof Error ? error.message : String(error))}\n`,
      )
      app.exit(isStartError(error) ? error.exitCode : 1)
    },
  )
}

/** Recognises the error by its name: its class belongs to the monitor, which is not loaded with this file. */
function isStartError(error: unknown): error is StartError {
  return error instanceof Error && error.name === 'StartError'
}

/**
 * Quits when the parent that started the app with a Node channel, as `npm start` does, is gone, even by
 * `kill -9`.
 */
function quitWithParent(): void {
  if (!process.channel) return
  process.once('disconnect', () => app.quit())
  if (!process.connected) app.quit()
}
