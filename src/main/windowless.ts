import { app } from 'electron'

/**
 * An app without windows draws nothing: with Chromium's GPU work inside main there is one process less, and
 * none whose death would take main along (a SIGTERM to the whole group did: Chromium aborts without it).
 */
export function runWithoutWindows(): void {
  // Electron would show a dialog, with nobody to answer it.
  process.on('uncaughtException', (error) => {
    // Once there is a log it says so, see `logUncaught`.
    if (process.listenerCount('uncaughtExceptionMonitor') > 0) return
    process.stderr.write(`studio-monitor: an error in the monitor, Studio goes on: ${error.stack ?? error}\n`)
  })
  app.disableHardwareAcceleration()
  app.commandLine.appendSwitch('in-process-gpu')
}
