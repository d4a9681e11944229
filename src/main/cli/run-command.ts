import { errorMessage } from '../../common/storage/errors'
import { ownDataFolder } from '../records/data-folder-version'
import type { CommandLine } from './arguments'
import { COMMANDS } from './commands'
import { type CommandContext, EXIT, type ExitCode } from './context'
import { UsageError } from './options'
import { terminalText } from './terminal-text'

/**
 * Runs one of the app's own subcommands: no window, no backend; nothing in the data folder changes but by `clear`.
 * Never rejects: what goes wrong is one line on `stderr`.
 * @returns the exit code: 0 done, 1 the record could not be read or has no such thing, 2 wrong arguments,
 *   or no data folder
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
  if (!command || asksForVersion(parsed)) {
    context.stdout(parsed.command === 'help' ? overview() : `${context.version}\n`)
    return EXIT.ok
  }
  try {
    const run = await command.load()
    const missing = command.needsFolder ? (context.missingFolder ?? null) : null
    return await run(parsed.args, withDataFolder(context, missing, complain))
  } catch (error) {
    complain(`${command.name}: ${errorMessage(error)}`)
    return error instanceof UsageError ? EXIT.usage : EXIT.failed
  }
}

/** True for `status --version`: there is one version for all. */
function asksForVersion({ args }: { readonly args: readonly string[] }): boolean {
  return args.slice(0, args.includes('--') ? args.indexOf('--') : undefined).includes('--version')
}

/** The data folder is looked at, and told of, when a command first wants it: `--help` and wrong arguments do not. */
function withDataFolder(
  context: Omit<CommandContext, 'dataFolder'>,
  missing: string | null,
  complain: (line: string) => void,
): CommandContext {
  let dataFolder: string | null = null
  return {
    ...context,
    get dataFolder() {
      if (missing !== null) throw new UsageError(missing)
      if (dataFolder !== null) return dataFolder
      const own = ownDataFolder(context.appFolder)
      if (own.refusal !== null) complain(own.refusal)
      context.onFolder?.(own.folder)
      dataFolder = own.folder
      return dataFolder
    },
  }
}

function overview(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length))
  const rows = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}\n`)
  return `Without a command the app starts. All commands but clear only read, also while the app runs:\n\n${rows.join('')}\nEach takes --help, and all but completion --json. --version prints the version.\n`
}
