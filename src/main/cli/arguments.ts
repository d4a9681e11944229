import path from 'node:path'
import { quoted } from '../settings/printable'
import { COMMAND_NAMES } from './command-names'
import { didYouMean } from './did-you-mean'
import { isElectronSwitch } from './electron-switches'

export type CommandLine =
  | { readonly command: string; readonly args: readonly string[] }
  /** The message, one line without its newline. */
  | { readonly error: string }

/**
 * Finds the app's own subcommand in Electron's command line: the first word that is neither a switch nor the
 * app's folder. Every switch before it is Electron's (except `--help` and `--version`); after it, known switches are
 * Electron's, all others the subcommand's. After `--` nothing is a switch.
 * @param argv with the executable first: `process.argv`
 * @param appFolders the app's folder as the command line may name it; none when packaged
 * @returns `null` without a subcommand: the app starts normally
 */
export function parseCommandLine(argv: readonly string[], appFolders: readonly string[]): CommandLine | null {
  const rest = withoutAppFolder(argv.slice(1), appFolders)
  const at = firstWord(rest)
  const command = rest[at]
  if (command === undefined) {
    if (rest.some((argument) => argument === '--help' || argument === '-h'))
      return { command: 'help', args: [] }
    return rest.includes('--version') ? { command: 'version', args: [] } : null
  }
  if (!isCommand(command)) return { error: unknownCommand(command) }
  const args = rest.slice(at + 1)
  return { command, args: rest.slice(0, at).includes('--') ? ['--', ...args] : ownArguments(args) }
}

function withoutAppFolder(args: readonly string[], appFolders: readonly string[]): readonly string[] {
  const folders = new Set(appFolders.map((folder) => path.resolve(folder)))
  const at = firstWord(args)
  const word = args[at]
  return word !== undefined && folders.has(path.resolve(word)) ? args.toSpliced(at, 1) : args
}

/** The index of the first argument that is not a switch; `-1` without one. */
function firstWord(args: readonly string[]): number {
  const end = args.indexOf('--')
  const word = args.findIndex((argument) => !argument.startsWith('-') && argument !== '')
  if (end === -1 || (word !== -1 && word < end)) return word
  return end + 1 < args.length ? end + 1 : -1
}

function ownArguments(args: readonly string[]): readonly string[] {
  const end = args.includes('--') ? args.indexOf('--') : args.length
  return args.filter((argument, index) => index > end || !isElectronSwitch(argument))
}

function unknownCommand(word: string): string {
  const hint = didYouMean(word, COMMAND_NAMES)
  return `unknown command ${quoted(word)}: known are ${COMMAND_NAMES.join(', ')}${hint}`
}

function isCommand(word: string): boolean {
  return COMMAND_NAMES.some((name) => name === word)
}
