import './tracer'
import { app } from 'electron'
import { runAsCommand } from './command'
import { refuseContent } from './no-content'
import { refuseDebugger } from './no-debugger'
import { quitWith } from './quitting'
import { runWithoutWindows } from './windowless'

refuseDebugger()
if (!runAsCommand()) {
  runWithoutWindows()
  refuseContent()
  // Loading the monitor takes as long as the rest of this process's start: Chromium's comes first.
  quitWith(app.whenReady().then(() => loadMonitor().startStudioMonitor()))
}

function loadMonitor(): typeof import('./monitor') {
  return require('./monitor')
}
