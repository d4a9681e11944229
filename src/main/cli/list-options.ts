import { type ParseArgsConfig, parseArgs } from 'node:util'
import { isNear, nearestName } from '../settings/hints'
import { parseSince, SINCE_ACCEPTED } from './since'

/** Lines of a table unless `--limit` says otherwise; `--json` has no such limit. */
export const DEFAULT_TABLE_LIMIT = 50

const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  json: { type: 'boolean' },
  limit: { type: 'string' },
  since: { type: 'string' },
} as const satisfies ParseArgsConfig['options']

const NAMES = Object.keys(OPTIONS)

export const LIST_OPTIONS_HELP = `  --since TIME  only what happened since then: a duration (90s, 30m, 1h, 2d, 1w)
                or an ISO date (2026-11-23, 2026-11-23T20:15, without a zone UTC)
  --limit N     the newest N; without it a table has ${DEFAULT_TABLE_LIMIT} and --json has all
  --json        JSON for scripts, and nothing else on stdout
  --help        this text
`

/** What the subcommands that list something are asked for. */
export interface ListOptions {
  readonly help: boolean
  readonly json: boolean
  /** `null` for as many as suit the output. */
  readonly limit: number | null
  /** Milliseconds since the epoch; `null` for all. */
  readonly since: number | null
  readonly words: readonly string[]
}

/** A wrong argument; the message is one line and says what is accepted. */
export class UsageError extends Error {}

/** @throws {UsageError} */
export function parseListOptions(args: readonly string[], now: number): ListOptions {
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options: OPTIONS,
    strict: false,
    tokens: true,
  })
  // Node's own messages for these are about code, not about the command line.
  for (const token of tokens) if (token.kind === 'option') refuse(token)
  return {
    help: values.help === true,
    json: values.json === true,
    limit: typeof values.limit === 'string' ? parseLimit(values.limit) : null,
    since: typeof values.since === 'string' ? sinceOrThrow(values.since, now) : null,
    words: positionals,
  }
}

/** @throws {UsageError} when there are words that the subcommand takes none of */
export function refuseWords({ words }: ListOptions): void {
  const [word] = words
  if (word !== undefined) {
    throw new UsageError(`only options are accepted, not ${JSON.stringify(word)}: see --help`)
  }
}

/** The newest of what happened since then. @param newestFirst with `at` in ISO 8601 */
export function select<T>(newestFirst: readonly T[], at: (item: T) => string, options: ListOptions) {
  const { since, limit, json } = options
  const recent = since === null ? newestFirst : newestFirst.filter((item) => Date.parse(at(item)) >= since)
  const shown = recent.slice(0, limit ?? (json ? recent.length : DEFAULT_TABLE_LIMIT))
  return { shown, left: recent.length - shown.length }
}

interface OptionToken {
  readonly name: string
  readonly rawName: string
  readonly value: string | undefined
}

function refuse({ name, rawName, value }: OptionToken): void {
  const type = Object.entries(OPTIONS).find(([known]) => known === name)?.[1].type
  if (type === 'boolean' && value !== undefined) {
    throw new UsageError(`${rawName} takes no value, not ${JSON.stringify(value)}`)
  }
  if (type === 'string' && value === undefined) throw new UsageError(`${rawName} needs a value`)
  if (type !== undefined) return
  const known = NAMES.map((option) => `--${option}`).join(', ')
  const nearest = nearestName(
    name,
    NAMES.map((option) => option.toUpperCase()),
  )
  const hint = nearest && isNear(name, nearest) ? `. Did you mean --${nearest.toLowerCase()}?` : ''
  throw new UsageError(`unknown option ${rawName}: known are ${known}${hint}`)
}

function parseLimit(text: string): number {
  const limit = /^\d+$/.test(text) ? Number(text) : 0
  if (Number.isSafeInteger(limit) && limit > 0) return limit
  throw new UsageError(`--limit ${JSON.stringify(text)} is not accepted: a whole number from 1 is`)
}

function sinceOrThrow(text: string, now: number): number {
  const since = parseSince(text, now)
  if (since !== null) return since
  throw new UsageError(`--since ${JSON.stringify(text)} is not accepted: ${SINCE_ACCEPTED} is`)
}
