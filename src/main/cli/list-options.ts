import type { ParseArgsConfig } from 'node:util'
import { parseLimit, parseOptions, UsageError } from './options'
import { parseSince, SINCE_ACCEPTED } from './since'

/** Lines of a table unless `--limit` says otherwise; `--json` has no such limit. */
const DEFAULT_TABLE_LIMIT = 50

const OPTIONS = {
  follow: { type: 'boolean', short: 'f' },
  help: { type: 'boolean', short: 'h' },
  json: { type: 'boolean' },
  limit: { type: 'string' },
  since: { type: 'string' },
} as const satisfies ParseArgsConfig['options']

export const LIST_OPTIONS_HELP = `  --since TIME  only what happened since then: a duration (90s, 30m, 1h, 2d, 1w)
                or an ISO date (2026-11-23, 2026-11-23T20:15, without a zone UTC)
  --limit N     the newest N; without it a table has ${DEFAULT_TABLE_LIMIT} and --json has all
  --follow, -f  the newest ten, or as many as the others say, oldest first and a line
                each, then each new one as it comes, until Ctrl-C
  --json        JSON for scripts, and nothing else on stdout
  --help        this text
`

/** The options of the subcommands that list something. */
export interface ListOptions {
  readonly help: boolean
  readonly json: boolean
  readonly follow: boolean
  /** The limit; `null` for as many as suit the output. */
  readonly limit: number | null
  /** The earliest time, in milliseconds since the epoch; `null` for all. */
  readonly since: number | null
  readonly words: readonly string[]
}

/**
 * @param own further options of the command, each with a value
 * @param taken those that the command has taken out already: a message names them too
 * @throws {UsageError}
 */
export function parseListOptions<Name extends string = never>(
  args: readonly string[],
  now: number,
  own: readonly Name[] = [],
  taken: readonly string[] = [],
): ListOptions & { readonly own: Readonly<Record<Name, string | null>> } {
  const options = Object.fromEntries(own.map((name) => [name, { type: 'string' } as const]))
  const { values, words } = parseOptions(args, { ...options, ...OPTIONS }, [
    ...[...own, ...taken, ...Object.keys(OPTIONS)].sort(),
  ])
  const given = own.map((name) => [name, typeof values[name] === 'string' ? values[name] : null])
  return {
    follow: values.follow === true,
    own: Object.fromEntries(given),
    help: values.help === true,
    json: values.json === true,
    limit: parseLimit(values.limit),
    since: typeof values.since === 'string' ? sinceOrThrow(values.since, now) : null,
    words,
  }
}

/**
 * The newest items since then.
 * @param newestFirst with `at` in ISO 8601
 */
export function select<T>(newestFirst: readonly T[], at: (item: T) => string, options: ListOptions) {
  const { since } = options
  const recent = since === null ? newestFirst : newestFirst.filter((item) => Date.parse(at(item)) >= since)
  const shown = recent.slice(0, mostShown(options) ?? recent.length)
  return { shown, left: recent.length - shown.length }
}

/** The most items shown; `null` for all. */
export function mostShown({ limit, json }: Pick<ListOptions, 'limit' | 'json'>): number | null {
  return limit ?? (json ? null : DEFAULT_TABLE_LIMIT)
}

function sinceOrThrow(text: string, now: number): number {
  const since = parseSince(text, now)
  if (since !== null) return since
  throw new UsageError(`--since ${JSON.stringify(text)} is not accepted: ${SINCE_ACCEPTED} is`)
}
