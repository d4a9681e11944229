// The desktop app of its own: a display or none, the tracer ahead of all else, then the monitor, once Electron is ready.
import './app/without-display'
import './startup/tracer'
import { app } from 'electron'
import { runAsCommand } from './app/command'
import { denyRecording } from './app/deny-recording'
import { denyWebContents } from './app/deny-web-contents'
import { disableRemoteDebugging } from './app/disable-remote-debugging'
import { quitWith } from './app/quitting'
import { runWithoutWindows } from './app/windowless'
import type { StudioMonitor } from './monitoring/studio-monitor'
import { startCrashReporter } from './startup/crash-reporter'
import { existingUserData } from './startup/user-data'

disableRemoteDebugging()
denyRecording()
if (!runAsCommand()) {
  runWithoutWindows()
  denyWebContents()
  quitWith(start())
}

async function start(): Promise<StudioMonitor> {
  // Otherwise Electron itself would exit when it gets ready, without a message.
  existingUserData()
  // Loading the monitor takes as long as the rest of this process's start: Chromium's comes first.
  await app.whenReady()
  // Before a backend is started, and not sooner: it takes 10 ms, and would make folders in one that was not asked for.
  startCrashReporter()
  return loadMonitor().startStudioMonitor()
}

function loadMonitor(): typeof import('./monitor') {
  return require('./monitor')
}
