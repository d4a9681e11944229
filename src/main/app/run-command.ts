import type { CommandLine } from '../cli/arguments'
import type { FolderToRead } from '../startup/user-data'

/**
 * Runs one of the monitor's commands on this process's own output. The process must not exit before it resolves.
 * @returns the exit code
 */
export async function runCommand(parsed: CommandLine, { folder, missing }: FolderToRead): Promise<number> {
  const { stdout, stderr, env } = process
  // `| head` closes the pipe early: the rest need not be written.
  for (const stream of [stdout, stderr]) stream.on('error', () => {})
  const exitCode = await loadCommands().runCommand(parsed, {
    appFolder: folder,
    missingFolder: missing,
    onFolder: (read) => stderr.write(`studio-monitor: data folder ${read}\n`),
    stdout: (text) => stdout.write(text),
    stderr: (text) => stderr.write(text),
    now: Date.now(),
    columns: stdout.isTTY === true ? stdout.columns || 80 : Number.POSITIVE_INFINITY,
    color: stdout.isTTY === true && !env.NO_COLOR,
  })
  // A pipe holds 64 KiB: all of it is read first.
  await new Promise<void>((resolve) => stdout.write('', () => resolve()))
  return exitCode
}

/** Loads the commands, which are a file of their own: a start without one does not even read it. */
function loadCommands(): typeof import('../cli') {
  return require('../cli')
}
