import { app } from 'electron'
import { parseCommandLine } from '../cli/arguments'
import { userDataToRead } from '../startup/user-data'
import { keepElectronOut } from './spare-user-data'
import { disableGpuProcess } from './windowless'

/** Runs the app's own subcommand, if the command line has one, and ends. @returns whether it has one */
export function runAsCommand(): boolean {
  const parsed = parseCommandLine(process.argv, app.isPackaged ? [] : ['.', app.getAppPath()])
  if (!parsed) return false
  disableGpuProcess()
  const { folder, missing } = userDataToRead()
  const letGo = missing === null ? () => {} : keepElectronOut()
  const exit = (exitCode: number) => {
    letGo()
    app.exit(exitCode)
  }
  const { stdout, stderr, env } = process
  // `| head` closes the pipe early: what is not read is not missed.
  for (const stream of [stdout, stderr]) stream.on('error', () => {})
  // Electron would show a dialog, with nobody to answer it.
  process.on('uncaughtException', (error) => {
    stderr.write(`studio-monitor: ${error.stack ?? error}\n`, () => exit(1))
  })
  loadCommands()
    .runCommand(parsed, {
      appFolder: folder,
      missingFolder: missing,
      onFolder: (read) => stderr.write(`studio-monitor: data folder ${read}\n`),
      stdout: (text) => stdout.write(text),
      stderr: (text) => stderr.write(text),
      now: Date.now(),
      columns: stdout.columns || 80,
      color: stdout.isTTY === true && !env.NO_COLOR,
    })
    .then((exitCode) => {
      // A pipe takes 64 KiB at once; the app must not end before it has taken all.
      stdout.write('', () => exit(exitCode))
    })
  return true
}

/** A file of its own: a start without a subcommand does not even read it. */
function loadCommands(): typeof import('../cli') {
  return require('../cli')
}
