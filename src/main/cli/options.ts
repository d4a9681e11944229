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
