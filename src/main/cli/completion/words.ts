import { LOG_LEVELS } from '../../../common/output/log-level'
import { CAUSES } from '../../backend/cause'
import { COMMAND_NAMES, type CommandName } from '../command-names'

export const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const
export type Shell = (typeof SHELLS)[number]

/** The options of each command, as its `--help` lists them; every command has `--help`. */
export const OPTIONS: Readonly<Record<CommandName, readonly string[]>> = {
  status: ['--json', '--watch'],
  jobs: ['--cause', '--follow', '--json', '--limit', '--since'],
  incidents: ['--export', '--follow', '--html', '--json', '--limit', '--since'],
  logs: ['--follow', '--json', '--level', '--limit', '--since'],
  doctor: ['--json', '--verbose'],
  top: ['--cpu', '--cumulative', '--html', '--json', '--limit', '--sample-type'],
  clear: ['--json', '--yes'],
  completion: [],
}

/** Words that may follow a command. */
const WORDS: Partial<Record<CommandName, readonly string[]>> = {
  jobs: ['last'],
  incidents: ['last'],
  top: ['last'],
  logs: ['monitor', 'backend'],
  completion: SHELLS,
}

/** The values of an option. */
export const VALUES: Readonly<Record<string, readonly string[]>> = {
  '--cause': [...CAUSES, 'oom'],
  '--level': LOG_LEVELS,
}

/** The options that take a file. */
export const FILES: readonly string[] = ['--export', '--html']

/** The words behind each command. */
export function wordsOf(name: CommandName): string[] {
  return [...(WORDS[name] ?? []), ...OPTIONS[name], '--help']
}

/** The words in the first place. */
export const FIRST: readonly string[] = [...COMMAND_NAMES, '--help', '--version', '--user-data-dir=']
