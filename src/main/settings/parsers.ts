import path from 'node:path'
import { inWords, orNone, type Parser, REFUSED, scalar, taken } from './parser'

/** Longest text accepted: Datadog cuts a tag's value at 200 characters. */
const MAX_TEXT_LENGTH = 200

const CONTROL_CHARACTER = /\p{Cc}/u
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i

/** Accepts dd-trace's spellings and no others: both must read a value alike. */
function readBoolean(text: string): boolean | undefined {
  const lower = text.toLowerCase()
  if (lower === 'true' || lower === '1') return true
  return lower === 'false' || lower === '0' ? false : undefined
}

export const boolean: Parser<boolean> = scalar('true, false, 1 or 0', readBoolean)

export const booleanOrAuto: Parser<boolean | 'auto'> = scalar('true, false, 1, 0 or auto', (text) =>
  text.toLowerCase() === 'auto' ? 'auto' : readBoolean(text),
)

/** A parser of a decimal number; the range includes both ends. */
export function decimalNumber(min: number, max: number): Parser<number> {
  return scalar(`a number from ${min} to ${max}`, (text) => readNumber(text, min, max))
}

/** A parser of a whole number; the range includes both ends. `unit` follows the range in messages. */
export function wholeNumber(min: number, max: number, unit = ''): Parser<number> {
  return scalar(`a whole number from ${min} to ${max}${unit && ` ${unit}`}`, (text) => {
    const value = readNumber(text, min, max)
    return Number.isInteger(value) ? value : undefined
  })
}

function readNumber(text: string, min: number, max: number): number | undefined {
  // Adding 0 turns -0 into 0.
  const value = DECIMAL.test(text) ? Number(text) + 0 : Number.NaN
  return value >= min && value <= max ? value : undefined
}

export function oneOf<const T extends string>(words: readonly T[]): Parser<T> {
  return scalar(inWords(words), (text) => words.find((word) => word === text.toLowerCase()))
}

export const text: Parser<string> = scalar(`one line of at most ${MAX_TEXT_LENGTH} characters`, (value) =>
  value !== '' && value.length <= MAX_TEXT_LENGTH && !CONTROL_CHARACTER.test(value) ? value : undefined,
)

/** A name that is a tag's value as it stands: Datadog would replace anything else. */
export const machineName: Parser<string> = scalar(
  'letters, digits, dots, dashes, underscores and slashes, at most 100',
  (value) => (/^[a-z0-9][\w./-]{0,99}$/i.test(value) ? value : undefined),
)

/** A parser of an absolute path. Whether the file exists is left to those who open it. */
export function filePath(what: string): Parser<string | null> {
  const readPath = (value: string, folder: string) =>
    value === '' || CONTROL_CHARACTER.test(value) ? undefined : path.resolve(folder, value)
  const accepted = `the path of ${what}, relative to the working folder or, in a file, to that file's`
  const parser = scalar(accepted, readPath)
  // A number or boolean in a file is a mistake, not a path.
  const parse: typeof parser.parse = (raw, folder) =>
    typeof raw === 'string' ? parser.parse(raw, folder) : REFUSED
  return orNone({ ...parser, parse })
}

/**
 * A parser of a JSON array of strings; in a file an array too. No NUL: no process can be started with one in
 * its arguments.
 */
export function stringArray(example: string, minLength = 0): Parser<readonly string[]> {
  const isArgument = (value: unknown) => typeof value === 'string' && !value.includes('\0')
  return {
    accepted: `a JSON array of strings, for instance ${example}`,
    parse(raw) {
      const value = typeof raw === 'string' ? parseJson(raw) : raw
      if (!Array.isArray(value) || value.length < minLength || !value.every(isArgument)) return REFUSED
      return taken(Object.freeze([...value]))
    },
    show: (value) => JSON.stringify(value),
  }
}

function parseJson(source: string): unknown {
  try {
    return JSON.parse(source)
  } catch {
    return undefined
  }
}
