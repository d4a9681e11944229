import { app } from 'electron'

/**
 * Chromium's switches for control from outside, which no fuse disables: a port, and a pipe to the parent
 * process.
 */
const SWITCHES = ['remote-debugging-port', 'remote-debugging-pipe'] as const

/** Disables remote debugging in the packaged app, as `--inspect` is. Call it before Electron is ready. */
export function disableRemoteDebugging(): void {
  if (!app.isPackaged) return
  for (const name of SWITCHES) app.commandLine.removeSwitch(name)
}
