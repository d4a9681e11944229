import { app } from 'electron'
import { plainText } from '../../common/privacy/invisible'
import { parseCommandLine } from '../cli/arguments'
import { offerCommands } from '../startup/offered-commands'
import { dataFolderToRead } from '../startup/user-data'
import { runCommand } from './run-command'
import { keepElectronOut } from './spare-user-data'
import { disableGpuProcess } from './windowless'

/**
 * Runs the app's own subcommand, if the command line has one, and exits.
 * @returns whether it has one
 */
export function runAsCommand(): boolean {
  offerCommands()
  const parsed = parseCommandLine(process.argv, app.isPackaged ? [] : ['.', app.getAppPath()])
  if (!parsed) return false
  disableGpuProcess()
  const toRead = dataFolderToRead()
  const letGo = toRead.missing === null ? () => {} : keepElectronOut()
  const exit = (exitCode: number) => {
    letGo()
    app.exit(exitCode)
  }
  // Electron would show a dialog, and nobody would answer it.
  process.on('uncaughtException', (error) => {
    process.stderr.write(`studio-monitor: ${plainText(String(error.stack ?? error))}\n`, () => exit(1))
  })
  runCommand(parsed, toRead).then(exit)
  return true
}
