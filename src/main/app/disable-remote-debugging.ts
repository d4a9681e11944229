import { app } from 'electron'

/** Chromium's ways to be driven from outside, which no fuse closes: a port, and the pipe of whoever starts it. */
const SWITCHES = ['remote-debugging-port', 'remote-debugging-pipe'] as const

/** In the packed app nobody gets a debugger, as with `--inspect`; before Electron is ready. */
export function disableRemoteDebugging(): void {
  if (!app.isPackaged) return
  for (const name of SWITCHES) app.commandLine.removeSwitch(name)
}
