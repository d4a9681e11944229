import { app } from 'electron'
import { plainText } from '../../common/privacy/invisible'

/** Sets up an app without windows: an error in the monitor is logged in a line, and Studio goes on. */
export function runWithoutWindows(): void {
  // Electron would show a dialog, and nobody would answer it.
  process.on('uncaughtException', (error) => {
    // Once there is a log, `logUncaught` logs it.
    if (process.listenerCount('uncaughtExceptionMonitor') > 0) return
    process.stderr.write(
      `studio-monitor: an error in the monitor, Studio goes on: ${plainText(String(error.stack ?? error))}\n`,
    )
  })
  disableGpuProcess()
}

/**
 * Runs Chromium's GPU work inside main, as an app without windows draws nothing: one process less, and none
 * whose death would take main along (a SIGTERM to the whole group did: Chromium aborts without it). Call it
 * before Electron is ready.
 */
export function disableGpuProcess(): void {
  app.disableHardwareAcceleration()
  app.commandLine.appendSwitch('in-process-gpu')
}
