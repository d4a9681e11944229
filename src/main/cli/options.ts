import { type ParseArgsConfig, parseArgs } from 'node:util'
import { didYouMean } from './did-you-mean'

/** A wrong argument; the message is one line and says what is accepted. */
export class UsageError extends Error {}

type Options = NonNullable<ParseArgsConfig['options']>

interface OptionToken {
  readonly name: string
  readonly rawName: string
  readonly value: string | undefined
}

/**
 * Parses a subcommand's arguments. Node's own messages for wrong ones are about code, not about the command
 * line.
 * @param names the options that a message may name
 * @throws {UsageError}
 */
export function parseOptions(args: readonly string[], options: Options, names = Object.keys(options)) {
  const { values, positionals, tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true })
  for (const token of tokens) if (token.kind === 'option') refuseUnknown(token, options, names)
  return { values, words: positionals }
}

function refuseUnknown({ name, rawName, value }: OptionToken, options: Options, names: string[]): void {
  const type = Object.hasOwn(options, name) ? options[name]?.type : undefined
  if (type === 'boolean' && value !== undefined)
    throw new UsageError(`${rawName} takes no value, not ${JSON.stringify(value)}`)
  if (type === 'string' && value === undefined) throw new UsageError(`${rawName} needs a value`)
  if (type !== undefined) return
  const known = names.map((option) => `--${option}`).join(', ')
  throw new UsageError(`unknown option ${rawName}: known are ${known}${didYouMean(name, names, '--')}`)
}

/**
 * Parses the arguments of a command that has flags alone, and shows its help where that is asked for.
 * @returns the flags that are given, `null` where its help was
 * @throws {UsageError}
 */
export function parseFlags<Name extends string>(
  args: readonly string[],
  flags: Readonly<Record<Name, { readonly short?: string }>>,
  { help, stdout }: { readonly help: string; readonly stdout: (text: string) => void },
): Readonly<Record<Name, boolean>> | null {
  const names = Object.keys(flags) as Name[]
  const options = names.map((name) => [name, { type: 'boolean', ...flags[name] }] as const)
  const { values, words } = parseOptions(args, {
    ...Object.fromEntries(options),
    help: { type: 'boolean', short: 'h' },
  })
  refuseWords(words)
  if (values.help === true) {
    stdout(help)
    return null
  }
  return Object.fromEntries(names.map((name) => [name, values[name] === true])) as Record<Name, boolean>
}

/** @throws {UsageError} */
export function refuseWords([word]: readonly string[]): void {
  if (word !== undefined)
    throw new UsageError(`only options are accepted, not ${JSON.stringify(word)}: see --help`)
}

/** The value of `--limit`; `null` without it. @throws {UsageError} */
export function parseLimit(text: string | boolean | undefined): number | null {
  if (typeof text !== 'string') return null
  const limit = /^\d+$/.test(text) ? Number(text) : 0
  if (Number.isSafeInteger(limit) && limit > 0) return limit
  throw new UsageError(`--limit ${JSON.stringify(text)} must be a positive integer`)
}
