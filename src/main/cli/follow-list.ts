import type { CommandContext } from './context'
import { everyWhile } from './follow'
import type { ListOptions } from './list-options'
import { printProblems } from './print-list'
import { terminalJsonLine } from './terminal-text'

/** Between two looks, in milliseconds. */
const LOOK_MS = 500
/** Records shown before the first new one, unless an option says otherwise. */
const EARLIER = 10

interface FollowedList<T> {
  /** Reads the records, newest last. */
  readonly read: () => { readonly records: readonly T[]; readonly problems: readonly string[] }
  /** Changes when a record has been added: cheaper to ask for than the records. */
  readonly version: () => string
  /** Tells one record from another. */
  readonly keyOf: (record: T) => string
  readonly at: (record: T) => string
  /** A record in one line. */
  readonly line: (record: T) => string
}

/** Prints the newest records, oldest first, then each new one as it comes, until it is ended: lines, or JSON Lines. */
export async function followList<T>(
  context: CommandContext,
  { since, limit, json }: ListOptions,
  list: FollowedList<T>,
): Promise<void> {
  const shown = new Set<string>()
  const told = new Set<string>()
  let version: string | null = null
  await everyWhile(context.untilEnded(), LOOK_MS, () => {
    const isFirst = version === null
    const before = version
    version = list.version()
    if (version === before) return
    const { records, problems } = list.read()
    printProblems(
      context,
      problems.filter((problem) => !told.has(problem)),
    )
    for (const problem of problems) told.add(problem)
    const fresh = records.filter((record) => !shown.has(list.keyOf(record)))
    for (const record of fresh) shown.add(list.keyOf(record))
    const recent = since === null ? fresh : fresh.filter((record) => Date.parse(list.at(record)) >= since)
    const most = limit ?? (since === null ? EARLIER : recent.length)
    for (const record of isFirst ? recent.slice(-most) : recent)
      context.stdout(`${json ? terminalJsonLine(record) : list.line(record)}\n`)
  })
}
