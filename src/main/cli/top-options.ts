import type { ParseArgsConfig } from 'node:util'
import { parseLimit, parseOptions, UsageError } from './options'

/** Functions in the table without `--limit`; `--json` has no default limit. */
export const DEFAULT_LIMIT = 20

const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  json: { type: 'boolean' },
  limit: { type: 'string' },
  'sample-type': { type: 'string' },
  // Chromium takes `--type=...` for its own and dies; `--type ...` reaches us.
  type: { type: 'string' },
  cumulative: { type: 'boolean' },
  cpu: { type: 'boolean' },
} as const satisfies ParseArgsConfig['options']

const DOCUMENTED = [...Object.keys(OPTIONS).filter((name) => name !== 'type'), 'html']

export const TOP_OPTIONS_HELP = `  --cpu               the CPU profile of an incident, not the one of the heap
  --cumulative        in the order of what functions used with all they called
  --sample-type TYPE  what to count, for instance inuse_space: the first line of
                      the output names the others
  --limit N           the first N functions; without it a table has ${DEFAULT_LIMIT}
                      and --json has all
  --json              JSON for scripts, and nothing else on stdout
  --help              this text
`

export interface TopOptions {
  readonly help: boolean
  readonly json: boolean
  readonly cpu: boolean
  readonly by: 'self' | 'cumulative'
  /** The sample type; `null` for the profile's own default. */
  readonly sampleType: string | null
  /** The limit; `null` for as many as suit the output. */
  readonly limit: number | null
  /** A file or the beginning of an incident's id; `null` for the newest profile. */
  readonly word: string | null
}

/** @throws {UsageError} */
export function parseTopOptions(args: readonly string[]): TopOptions {
  const { values, words } = parseOptions(args, OPTIONS, DOCUMENTED)
  const [word, second] = words
  if (second !== undefined) throw new UsageError(`one profile at a time, not also ${JSON.stringify(second)}`)
  const sampleType = values['sample-type'] ?? values.type
  return {
    help: values.help === true,
    json: values.json === true,
    cpu: values.cpu === true,
    by: values.cumulative === true ? 'cumulative' : 'self',
    sampleType: typeof sampleType === 'string' ? sampleType : null,
    limit: parseLimit(values.limit),
    word: word ?? null,
  }
}
