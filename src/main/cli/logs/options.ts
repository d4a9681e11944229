import { LOG_LEVELS, type LogLevel } from '../../../common/output/log-level'
import { didYouMean } from '../did-you-mean'
import { parseLimit, parseOptions, UsageError } from '../options'
import { parseSince, SINCE_ACCEPTED } from '../since'
import { LOG_SOURCES, type LogSource } from './source'

/** Lines shown unless `--limit` or `--since` says otherwise; `--json` has all. */
const DEFAULT_LINES = 100

export const LOGS_HELP = `logs: what the monitor logged and what the backend wrote, oldest first, of the files in
logs/ of the data folder, rotated ones too. Passwords, tokens and keys are left out of
them when they are written.

  logs [monitor|backend] [--follow] [--level LEVEL] [--since TIME] [--limit N] [--json]

  monitor, backend  that log alone; without it both, in the order of time
  --follow, -f      then each new line as it comes, until Ctrl-C
  --level LEVEL     lines of that level or above: debug, info, warn, error. A line that
                    has none, as most that a backend prints, is left out then
  --since TIME      only what was written since then: a duration (90s, 30m, 1h, 2d, 1w)
                    or an ISO date (2026-11-23, 2026-11-23T20:15, without a zone UTC)
  --limit N         the newest N; without it and --since ${DEFAULT_LINES}, and --json has all
  --json            the JSON lines as they are in the files
  --help            this text

Exit code: 0 shown, also when there are none; 1 they could not be read; 2 wrong arguments.
`

export interface LogsOptions {
  readonly help: boolean
  readonly json: boolean
  readonly follow: boolean
  readonly sources: readonly LogSource[]
  /** `null` for all lines, those without a level too. */
  readonly levels: readonly LogLevel[] | null
  /** Milliseconds since the epoch; `null` for all. */
  readonly since: number | null
  /** `null` for all. */
  readonly limit: number | null
}

/** @throws {UsageError} */
export function parseLogsOptions(args: readonly string[], now: number): LogsOptions {
  const { values, words } = parseOptions(args, {
    follow: { type: 'boolean', short: 'f' },
    help: { type: 'boolean', short: 'h' },
    json: { type: 'boolean' },
    level: { type: 'string' },
    limit: { type: 'string' },
    since: { type: 'string' },
  })
  const json = values.json === true
  const since = typeof values.since === 'string' ? sinceOf(values.since, now) : null
  return {
    help: values.help === true,
    json,
    follow: values.follow === true,
    sources: sourcesOf(words),
    levels: typeof values.level === 'string' ? levelsFrom(values.level) : null,
    since,
    limit: parseLimit(values.limit) ?? (json || since !== null ? null : DEFAULT_LINES),
  }
}

function sourcesOf(words: readonly string[]): readonly LogSource[] {
  const [word, second] = words
  if (word === undefined) return LOG_SOURCES
  if (second !== undefined)
    throw new UsageError(
      `one log at a time, not also ${JSON.stringify(second)}: without a name both are shown`,
    )
  const source = LOG_SOURCES.find((known) => known === word)
  if (source) return [source]
  throw new UsageError(
    `no log ${JSON.stringify(word)}: known are ${LOG_SOURCES.join(' and ')}${didYouMean(word, LOG_SOURCES)}`,
  )
}

function levelsFrom(text: string): readonly LogLevel[] {
  const lowest = LOG_LEVELS.indexOf(text.toLowerCase() as LogLevel)
  if (lowest >= 0) return LOG_LEVELS.slice(lowest)
  throw new UsageError(
    `--level ${JSON.stringify(text)} is not accepted: ${LOG_LEVELS.join(', ')} are${didYouMean(text, LOG_LEVELS)}`,
  )
}

function sinceOf(text: string, now: number): number {
  const since = parseSince(text, now)
  if (since !== null) return since
  throw new UsageError(`--since ${JSON.stringify(text)} is not accepted: ${SINCE_ACCEPTED} is`)
}
