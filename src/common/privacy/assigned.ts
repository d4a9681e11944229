import { CharSet } from './char-set'
import type { Findings } from './found'
import { readHeader } from './headers'
import { endOfParts, manyLines, withValueBehind } from './multi-line'
import { isData, type Named, nameSpan, readNamed } from './name-context'
import { isCode, isNoSecret, isNothing, looksRandom } from './secret-values'
import { groupEnd, readValue, type ValueSpan } from './value-span'

/** The words, in lower case, by which the names of secrets are found. */
export const NAME_WORDS = [
  'pass', 'pwd', 'pw=', 'pw:', 'pw"', "pw'", 'kennwort', 'secret', 'token', 'key', 'cred', 'cookie', 'auth', 'dsn', 'sess',
  'sig', 'bearer', 'jwt', '_pat', '-pat', 'pin', 'code=', 'sas', 'hmac', 'csrf', 'xsrf', 'otp',
] as const // biome-ignore format: a list of words

const VALUE_END = new CharSet(/[\s"'`,;&<>{}()[\]\\]/)
const QUERY_END = new CharSet(/[\s"'`&#<>\\]/)
/** A password may have any sign in it that the text around it does not need. */
const PASSWORD_END = new CharSet(/[\s"'`,;&<>\\]/)
/** Longest password of several words, in a sentence. */
const MAX_PASSPHRASE = 256
const ELEMENT_END = new CharSet(/[<\r\n]/)
/** So much of a value tells what it is. */
const MAX_JUDGED = 40
/** The place at which a sentence or a list goes on behind a password of several words. */
const NEXT_NAME = /[,;]\s*[\w-]{1,40}\s?[:=]|["'}\r\n]/

/**
 * Finds the value of a name that says that it is secret. @param at an index within the name
 * @returns the index from which to look for further names
 */
export function findAssigned(text: string, at: number, found: Findings): number {
  const { start, end } = nameSpan(text, at)
  const header = readHeader(text, start, end, found)
  if (header > 0) return header
  const read = readNamed(text, start, end)
  if (!read) return end
  const lines = manyLines(text, read)
  if (lines) {
    found.add(lines.start, lines.end)
    return lines.end
  }
  const named = withValueBehind(text, read)
  const value = secretValue(text, named)
  if (!value || !isSecret(text, named, value)) return end
  // A number in JSON: its place is taken by a text, so that it stays JSON.
  const asText = named.quote === '"' && value.quote === '' && named.joint === 'colon'
  const last = endOfParts(text, named, value)
  found.add(value.start, last, asText)
  return last
}

function secretValue(text: string, named: Named): ValueSpan | null {
  const { weight, valueAt: at } = named
  if (named.joint === 'element') return readValue(text, at, ELEMENT_END)
  const isStrong = weight === 'password' || weight === 'secret'
  if (isStrong && named.quote !== '' && (text[at] === '[' || text[at] === '{')) {
    return { start: at, end: groupEnd(text, at), quote: '' }
  }
  if (weight === 'password' && (named.joint === 'colon' || named.joint === 'list') && named.quote === '') {
    const word = readValue(text, at, PASSWORD_END)
    if (!word || word.quote || isNoSecret(text.slice(word.start, Math.min(word.end, word.start + 40))))
      return word
    const end = text.slice(at, at + MAX_PASSPHRASE).search(NEXT_NAME)
    return { start: at, end: end < 0 ? Math.min(text.length, at + MAX_PASSPHRASE) : at + end, quote: '' }
  }
  const ends = named.isQuery ? QUERY_END : weight === 'password' ? PASSWORD_END : VALUE_END
  const value = readValue(text, at, ends)
  if (weight !== 'password' || !value || value.quote) return value
  let end = value.end
  while (end > value.start && ')]}'.includes(text[end - 1] ?? '')) end--
  return end === value.start ? null : { ...value, end }
}

function isSecret(text: string, named: Named, { start, end, quote }: ValueSpan): boolean {
  const { weight, joint, isFlag, isQuery } = named
  const value = text.slice(start, Math.min(end, start + MAX_JUDGED)).trim()
  if (isPath(named, value)) return false
  if (text[start] === '[' || text[start] === '{')
    return named.quote !== '' && quote === '' && value.length > 2
  const space = value.search(/\s/)
  const first = space < 0 ? value : value.slice(0, space)
  const isWritten = quote !== '' || joint === 'equals' || joint === 'element'
  if (first === '' || isNothing(value) || (quote === '' && first !== value && isNothing(first))) return false
  if (!isWritten && first.length < 40 && isNoSecret(first.replace(/[.,;:!?]{1,9}$/, ''))) return false
  // Code reads a value from somewhere; a command line holds it.
  if (
    quote === '' &&
    !isQuery &&
    !isFlag &&
    (isCode(first, weight === 'password' || weight === 'secret') || text[end] === '(')
  )
    return false
  if (joint === 'list' && !isFlag && !/^x-|-token$|-key$/i.test(named.name)) return false
  if (joint === 'space' && !isFlag) return isSecretBehindSpace(text, named, first)
  if (isFlag && value.startsWith('-')) return false
  switch (weight) {
    case 'password':
      return !/^(?:pass|pw)$/i.test(named.name) || !/^\d{1,3}$/.test(value)
    case 'secret':
      return isData(text, named)
        ? !/^\d{1,3}$/.test(value)
        : looksRandom(value, 8) || (value.length >= 8 && /\d/.test(value))
    case 'token':
      if (isQuery || isFlag) return value.length >= 3 && !/^\d{1,3}$/.test(value)
      return isData(text, named) ? isToken(value) : looksRandom(value, 12)
    case 'perhaps':
      if (/^pin$/i.test(named.name)) return named.quote !== '' && /^\d{4,12}$/.test(value)
      return isQuery || isFlag
        ? value.length >= 6 && /\d/.test(value) && /\D/.test(value)
        : isData(text, named) && looksRandom(value, 12)
    case 'code':
      return isQuery && value.length >= 8 && looksRandom(value, 8)
  }
}

/** `WANDB_API_KEY 0123…`, "used secret wJalr…", `.netrc`'s `password`. */
function isSecretBehindSpace(text: string, { weight, name, valueAt }: Named, value: string): boolean {
  if (weight === 'password') {
    const isNetrc = /\blogin\s+\S{1,100}\s+\w+\s+$/.test(text.slice(Math.max(0, valueAt - 140), valueAt))
    return (
      isNetrc ||
      (value.length >= 6 && /\d/.test(value) && /[a-z]/i.test(value) && /^[\w@!$%^&*+=-]+$/.test(value))
    )
  }
  const isConstant = /^[A-Z][A-Z0-9_]*_[A-Z0-9_]+$/.test(name)
  if (weight === 'secret') return looksRandom(value, isConstant ? 12 : 16)
  return weight === 'token' && looksRandom(value, 20)
}

/** The working folder, which shells call PWD; where a name is one of a file. */
function isPath({ name }: Named, value: string): boolean {
  return (
    (name.length === 3 || name.length === 6) &&
    /^(?:old)?pwd$/i.test(name) &&
    /^(?:[/~]|[a-z]:[\\/])/i.test(value)
  )
}

/** False for a word of a vocabulary, such as `<|endoftext|>`. */
const isToken = (value: string) => value.length >= 6 && !/[<>|\s]/.test(value)
