import { stopCoverage } from 'node:v8'
import { app } from 'electron'

/** Chromium's switches that have it write down what it asks the network, cookies and all. */
const SWITCHES = ['log-net-log', 'net-log-capture-mode'] as const
const COVERAGE = 'NODE_V8_COVERAGE'

/**
 * Keeps whoever starts the packaged app from having it record itself into a file of theirs: what its functions did, and what
 * Chromium asked the network. No fuse does. The backend does not get the variable either. Call it before Electron is ready.
 */
export function denyRecording(): void {
  if (!app.isPackaged) return
  for (const name of SWITCHES) app.commandLine.removeSwitch(name)
  if (process.env[COVERAGE] === undefined) return
  stopCoverage()
  delete process.env[COVERAGE]
}
