import os from 'node:os'
import { app } from 'electron'
import { isListening } from '../../common/process/unix-socket'
import { HEADLESS_SWITCHES, isDisplayMissing } from '../startup/display'

/** In the environment of the app that this start has started: its descriptor that ends with this process. */
const PARENT_VARIABLE = 'HANZO_STUDIO_PARENT_FD'
const PARENT_FD = 3
/** A service has no bus of a desktop: Chromium would log that a dozen times at each start. */
const FATAL_ONLY = '--log-level=3'

/*
 * The app has no window and needs no display, but Chromium chooses its platform from the command line ahead of any code
 * of the app: a switch that the app appends comes too late, and it ends with SIGSEGV where there is no display (an SSH
 * session, a service). Then the app runs as a child with the switches. Desktop entries have them, `npm start` gives them.
 */
if (
  isDisplayMissing({
    platform: process.platform,
    env: process.env,
    isChosen: app.commandLine.hasSwitch('ozone-platform'),
    listens: isListening,
  })
)
  process.exit(runHeadless())

followParent()

/** Runs the app without a display until it ends. This process waits: what it went on with would crash it. */
function runHeadless(): number {
  // It is loaded where it is needed alone: dd-trace is to be the first.
  const { spawnSync }: typeof import('node:child_process') = require('node:child_process')
  const { status, signal, error } = spawnSync(
    process.execPath,
    [...HEADLESS_SWITCHES, FATAL_ONLY, ...process.argv.slice(1)],
    {
      env: { ...process.env, [PARENT_VARIABLE]: String(PARENT_FD) },
      // The last one is held open by this process alone: a signal ends it at once, and the app follows.
      stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
    },
  )
  if (error)
    process.stderr.write(`studio-monitor: the app cannot be started without a display: ${error.message}\n`)
  return status ?? (signal ? 128 + os.constants.signals[signal] : 1)
}

function followParent(): void {
  const isChild = process.env[PARENT_VARIABLE] === String(PARENT_FD)
  delete process.env[PARENT_VARIABLE]
  if (!isChild) return
  const { Socket }: typeof import('node:net') = require('node:net')
  const parent = new Socket({ fd: PARENT_FD })
  parent.on('error', () => app.quit())
  parent.on('close', () => app.quit())
  parent.resume()
  parent.unref()
}
