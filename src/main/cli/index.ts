import { errorMessage } from '../../common/storage/errors'
import { ownDataFolder } from '../records/data-folder-version'
import type { CommandLine } from './arguments'
import { COMMANDS } from './commands'
import { type CommandContext, EXIT, type ExitCode } from './context'
import { UsageError } from './options'
import { terminalText } from './terminal-text'

export { type CommandLine, parseCommandLine } from './arguments'
export type { CommandContext } from './context'

/**
 * Runs one of the app's own subcommands: no window, no backend, nothing in the data folder changes. Never
 * rejects: an error is one line on `stderr`.
 * @returns the exit code: 0 done, 1 the records could not be read or have no such thing, 2 wrong arguments
 */
export async function runCommand(
  parsed: CommandLine,
  context: Omit<CommandContext, 'dataFolder'>,
): Promise<ExitCode> {
  const complain = (line: string) => context.stderr(`studio-monitor: ${terminalText(line)}\n`)
  if ('error' in parsed) {
    complain(parsed.error)
    return EXIT.usage
  }
  const command = COMMANDS.find(({ name }) => name === parsed.command)
  if (!command) {
    context.stdout(overview())
    return EXIT.ok
  }
  try {
    const run = await command.load()
    const { folder: dataFolder, refusal } = ownDataFolder(context.appFolder)
    if (refusal !== null) complain(refusal)
    return await run(parsed.args, { ...context, dataFolder })
  } catch (error) {
    complain(`${command.name}: ${errorMessage(error)}`)
    return error instanceof UsageError ? EXIT.usage : EXIT.failed
  }
}

function overview(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length))
  const rows = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}\n`)
  return `Without a command the app starts. The commands only read, also while the app runs:\n\n${rows.join('')}\nEach takes --help and --json.\n`
}
