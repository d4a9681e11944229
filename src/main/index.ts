import './tracer'
import { runAsCommand } from './command'
import { startStudioMonitor } from './monitor'
import { quitWith } from './quitting'
import { runWithoutWindows } from './windowless'

if (!runAsCommand()) {
  runWithoutWindows()
  quitWith(startStudioMonitor())
}
