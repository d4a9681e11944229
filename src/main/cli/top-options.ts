import { type ParseArgsConfig, parseArgs } from 'node:util'
import { isNear, nearestName } from '../settings/hints'
import { UsageError } from './list-options'

/** Functions in the table unless `--limit` says otherwise; `--json` has no such limit. */
export const DEFAULT_LIMIT = 20

const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  json: { type: 'boolean' },
  limit: { type: 'string' },
  'sample-type': { type: 'string' },
  // Chromium takes `--type=...` for itself and dies; `--type ...` reaches us.
  type: { type: 'string' },
  cumulative: { type: 'boolean' },
  cpu: { type: 'boolean' },
} as const satisfies ParseArgsConfig['options']

const DOCUMENTED = Object.keys(OPTIONS).filter((name) => name !== 'type')

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
  /** `null` for the profile's own default. */
  readonly sampleType: string | null
  /** `null` for as many as suit the output. */
  readonly limit: number | null
  /** A file or the beginning of an incident's id; `null` for the newest profile. */
  readonly word: string | null
}

/** @throws {UsageError} */
export function parseTopOptions(args: readonly string[]): TopOptions {
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options: OPTIONS,
    strict: false,
    tokens: true,
  })
  for (const token of tokens) if (token.kind === 'option') refuse(token)
  const [word, second] = positionals
  if (second !== undefined) throw new UsageError(`one profile at a time, not also ${JSON.stringify(second)}`)
  const sampleType = values['sample-type'] ?? values.type
  return {
    help: values.help === true,
    json: values.json === true,
    cpu: values.cpu === true,
    by: values.cumulative === true ? 'cumulative' : 'self',
    sampleType: typeof sampleType === 'string' ? sampleType : null,
    limit: typeof values.limit === 'string' ? parseLimit(values.limit) : null,
    word: word ?? null,
  }
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
  const nearest = nearestName(
    name,
    DOCUMENTED.map((option) => option.toUpperCase()),
  )
  const hint = nearest && isNear(name, nearest) ? `. Did you mean --${nearest.toLowerCase()}?` : ''
  const known = DOCUMENTED.map((option) => `--${option}`).join(', ')
  throw new UsageError(`unknown option ${rawName}: known are ${known}${hint}`)
}

function parseLimit(text: string): number {
  const limit = /^\d+$/.test(text) ? Number(text) : 0
  if (Number.isSafeInteger(limit) && limit > 0) return limit
  throw new UsageError(`--limit ${JSON.stringify(text)} is not accepted: a whole number from 1 is`)
}
