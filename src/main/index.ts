import './tracer'
import { app } from 'electron'
import { runAsCommand } from './command'
import type { StudioMonitor } from './monitor'
import { refuseContent } from './no-content'
import { refuseDebugger } from './no-debugger'
import { quitWith } from './quitting'
import { existingUserData } from './user-data'
import { runWithoutWindows } from './windowless'

refuseDebugger()
if (!runAsCommand()) {
  runWithoutWindows()
  refuseContent()
  quitWith(start())
}

async function start(): Promise<StudioMonitor> {
  // Without it Electron itself would end when it gets ready, and say nothing.
  existingUserData()
  // Loading the monitor takes as long as the rest of this process's start: Chromium's comes first.
  await app.whenReady()
  return loadMonitor().startStudioMonitor()
}

function loadMonitor(): typeof import('./monitor') {
  return require('./monitor')
}
