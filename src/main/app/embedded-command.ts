import { app } from 'electron'
import { parseCommandLine } from '../cli/arguments'
import { dataFolderToRead } from '../startup/user-data'

/**
 * Runs one of the monitor's commands for an app of another's: `my-app incidents`. Call it before the app starts anything, and
 * exit with what it resolves to.
 * @param argv with the executable first, and in development the app's folder: `process.argv`
 * @returns the exit code, as `docs/api.md` lists them; `null` where no command is asked for: the app starts as always
 */
export function runStudioCommand(
  argv: readonly string[] = process.argv,
  { dataFolder }: { readonly dataFolder?: string } = {},
): Promise<number> | null {
  const parsed = parseCommandLine(argv, app.isPackaged ? [] : ['.', app.getAppPath()])
  // A word that is none of ours, and --help, are the app's.
  if (!parsed || 'error' in parsed || parsed.command === 'help') return null
  const { folder, missing } =
    dataFolder === undefined ? dataFolderToRead() : { folder: dataFolder, missing: null }
  const { stdout, stderr, env } = process
  // `| head` closes the pipe early: the rest need not be written.
  for (const stream of [stdout, stderr]) stream.on('error', () => {})
  const exitCode = loadCommands().runCommand(parsed, {
    appFolder: folder,
    missingFolder: missing,
    onFolder: (read) => stderr.write(`studio-monitor: data folder ${read}\n`),
    stdout: (text) => stdout.write(text),
    stderr: (text) => stderr.write(text),
    now: Date.now(),
    columns: stdout.columns || 80,
    color: stdout.isTTY === true && !env.NO_COLOR,
  })
  // A pipe holds 64 KiB: the app must not exit before all of it is read.
  return exitCode.then((code) => new Promise((resolve) => stdout.write('', () => resolve(code))))
}

/** Loads the commands, which are a file of their own: an app that runs none does not even read it. */
function loadCommands(): typeof import('../cli') {
  return require('../cli')
}
