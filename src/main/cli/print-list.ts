import { dateAndTime } from '../../common/output/units'
import { type CommandContext, EXIT, type ExitCode } from './context'
import { type ListOptions, select } from './list-options'
import { type Paint, paint, terminalJson, terminalText } from './terminal-text'

interface List<T> {
  readonly help: string
  /** Reads the records, newest last, and the problems of reading them, one line each. */
  readonly read: () => {
    readonly records: readonly T[]
    readonly problems: readonly string[]
    /** The number of older ones that would be listed too, and were not read. */
    readonly older?: number
  }
  /** The time of a record, ISO 8601. */
  readonly at: (record: T) => string
  /** The sentence for an empty list, without its full stop. */
  readonly none: string
  /** @param records newest first */
  readonly table: (records: readonly T[], paint: Paint) => string
}

/**
 * Prints a list as every listing does: help, problems, JSON or a table.
 * @returns the exit code
 */
export function printList<T>(context: CommandContext, options: ListOptions, list: List<T>): ExitCode {
  if (options.help) {
    context.stdout(list.help)
    return EXIT.ok
  }
  const { records, problems, older = 0 } = list.read()
  printProblems(context, problems)
  const { shown, left } = select(records.toReversed(), list.at, options)
  if (options.json) context.stdout(`${terminalJson(shown)}\n`)
  // If no record could be read, an empty list would be false reassurance.
  if (records.length === 0 && problems.length > 0) return EXIT.failed
  if (options.json) return EXIT.ok
  if (shown.length === 0) context.stdout(emptyLine(list.none, options))
  else context.stdout(list.table(shown, paint(context.color)) + leftLine(shown.length, left + older))
  return EXIT.ok
}

export function printProblems(context: CommandContext, problems: readonly string[]): void {
  for (const problem of problems) context.stderr(`studio-monitor: ${terminalText(problem)}\n`)
}

function leftLine(shown: number, left: number): string {
  return left > 0 ? `${shown} of ${shown + left} shown: --limit ${shown + left} shows all.\n` : ''
}

function emptyLine(none: string, { since }: ListOptions): string {
  return since === null
    ? `${none} on record.\n`
    : `${none} since ${dateAndTime(new Date(since).toISOString())}.\n`
}
