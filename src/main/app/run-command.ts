import path from 'node:path'
import { app } from 'electron'
import type { CommandLine } from '../cli/arguments'
import type { FolderToRead } from '../startup/folder-to-read'

/**
 * Runs one of the monitor's commands on this process's own output. The process must not exit before it resolves.
 * @returns the exit code
 */
export function runCommand(parsed: CommandLine, folder: FolderToRead): Promise<number> {
  return loadCommands().runInProcess(parsed, folder, {
    program: app.isPackaged ? path.basename(process.execPath) : 'studio-monitor',
    version: app.getVersion(),
    signalsAreOurs: app.whenReady(),
  })
}

/** Loads the commands, which are a file of their own: a start without one does not even read it. */
function loadCommands(): typeof import('../cli') {
  return require('../cli')
}
