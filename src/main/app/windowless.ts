import { app } from 'electron'

/** Of an app without windows: an error in the monitor is a line, and Studio goes on. */
export function runWithoutWindows(): void {
  // Electron would show a dialog, with nobody to answer it.
  process.on('uncaughtException', (error) => {
    // Once there is a log it says so, see `logUncaught`.
    if (process.listenerCount('uncaughtExceptionMonitor') > 0) return
    process.stderr.write(`studio-monitor: an error in the monitor, Studio goes on: ${error.stack ?? error}\n`)
  })
  disableGpuProcess()
}

/**
 * An app without windows draws nothing: with Chromium's GPU work inside main there is one process less, and
 * none whose death would take main along (a SIGTERM to the whole group did: Chromium aborts without it). Before
 * Electron is ready.
 */
export function disableGpuProcess(): void {
  app.disableHardwareAcceleration()
  app.commandLine.appendSwitch('in-process-gpu')
}
