import { app } from 'electron'
import { parseCommandLine } from '../cli/arguments'
import { dataFolderToRead } from '../startup/user-data'
import { keepElectronOut } from './spare-user-data'
import { disableGpuProcess } from './windowless'

/**
 * Runs the app's own subcommand, if the command line has one, and exits.
 * @returns whether it has one
 */
export function runAsCommand(): boolean {
  const parsed = parseCommandLine(process.argv, app.isPackaged ? [] : ['.', app.getAppPath()])
  if (!parsed) return false
  disableGpuProcess()
  const { folder, missing } = dataFolderToRead()
  const letGo = missing === null ? () => {} : keepElectronOut()
  const exit = (exitCode: number) => {
    letGo()
    app.exit(exitCode)
  }
  const { stdout, stderr, env } = process
  // `| head` closes the pipe early: the rest need not be written.
  for (const stream of [stdout, stderr]) stream.on('error', () => {})
  // Electron would show a dialog, and nobody would answer it.
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
      // A pipe holds 64 KiB: the app must not exit before all of it is read.
      stdout.write('', () => exit(exitCode))
    })
  return true
}

/** Loads the subcommands, which are a separate file: a start without one does not even read it. */
function loadCommands(): typeof import('../cli') {
  return require('../cli')
}
