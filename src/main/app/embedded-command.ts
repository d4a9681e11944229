import { app } from 'electron'
import { parseCommandLine } from '../cli/arguments'
import { offerCommands } from '../startup/offered-commands'
import { dataFolderToRead } from '../startup/user-data'
import { runCommand } from './run-command'

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
  offerCommands()
  const parsed = parseCommandLine(argv, app.isPackaged ? [] : ['.', app.getAppPath()])
  // A word that is none of ours, --help and --version are the app's.
  if (!parsed || 'error' in parsed || parsed.command === 'help' || parsed.command === 'version') return null
  return runCommand(
    parsed,
    dataFolder === undefined ? dataFolderToRead() : { folder: dataFolder, missing: null },
  )
}
