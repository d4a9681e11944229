import { CharSet } from './char-set'
import type { Findings } from './found'
import { isQuote } from './name-context'
import { isNoSecret } from './secret-values'
import { groupEnd, readValue } from './value-span'

const SCHEME = /(?:basic|bearer|token|apikey|api-key|negotiate|ntlm)[ ]{1,3}/iy
const LINE = new CharSet(/["'`\r\n]/)
const WORD = new CharSet(/[\s"'`,;)}\]]/)
const JOINT = /["'`]?\]?\s{0,3}(?:=>|[:=,])\s{0,3}/y
/** The part of a token that tells it from a word: the next `bearer=` may stand within, and reads on by itself. */
const BEARER = /["'`]?[ :=]{1,3}["'`]?([\w.~+/=-]{8,256})/y
const TOKEN_REST = /[\w.~+/=-]*/y
/** A scheme whose parameters follow: `AWS4-HMAC-SHA256 Credential=…`, `Digest username=…`. */
const PARAMETERS = /[\w-]{2,30}[ ]{1,3}(?=[^\s"'`]*[=:])/y

/**
 * Finds what stands in an `Authorization` or a `Cookie` header, by the name of it, and behind a `Bearer` of its own.
 * @returns the index behind it; 0 where the name is another
 */
export function readHeader(text: string, start: number, end: number, found: Findings): number {
  // Most names are none of these, and there may be very many.
  const tail = text.charCodeAt(end - 1) | 32
  if (tail !== 110 && tail !== 101 && tail !== 114 && tail !== 115) return 0
  const name = text.slice(Math.max(start, end - 24), end).toLowerCase()
  if (name === 'bearer') return readBearer(text, end, found)
  const isCookie = /(?:^|[-_])cookies?$/.test(name)
  if (!isCookie && !name.endsWith('authorization')) return 0
  JOINT.lastIndex = end
  const joined = JOINT.exec(text)?.[0]
  if (joined === undefined || (joined.includes(',') && !isQuote(joined[0]))) return end
  const at = end + joined.length
  if (text[at] === '{' || text[at] === '[') {
    return joined.startsWith('"') ? add(at, groupEnd(text, at), found, true) : end
  }
  return isCookie ? readCookies(text, at, found) : readAuthorization(text, at, found)
}

function readCookies(text: string, at: number, found: Findings): number {
  const value = readValue(text, at, LINE)
  if (
    !value ||
    isNoSecret(text.slice(value.start, value.end).trim()) ||
    !/[=\w]{3}/.test(text.slice(value.start, value.end))
  )
    return at
  return add(value.start, value.end, found)
}

function readAuthorization(text: string, at: number, found: Findings): number {
  const start = isQuote(text[at]) ? at + 1 : at
  SCHEME.lastIndex = start
  const scheme = SCHEME.exec(text)?.[0]
  if (scheme !== undefined) return addWord(text, start + scheme.length, found)
  PARAMETERS.lastIndex = start
  const parameters = PARAMETERS.exec(text)?.[0]
  if (parameters !== undefined) {
    const isQuoted = start > at
    const end = isQuoted ? LINE.firstIn(text, start + parameters.length) : lineOf(text, start)
    return add(start + parameters.length, end, found)
  }
  return addWord(text, start, found)
}

/** The parameters of Digest are in quotation marks themselves. */
function lineOf(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}

function addWord(text: string, at: number, found: Findings): number {
  const end = WORD.firstIn(text, at)
  const word = text.slice(at, end)
  return word.length < 4 || isNoSecret(word) ? end : add(at, end, found)
}

/** "sent bearer abc123…": a word without a digit more likely is one of the sentence. */
function readBearer(text: string, end: number, found: Findings): number {
  BEARER.lastIndex = end
  const token = BEARER.exec(text)?.[1]
  if (token === undefined || !/\d/.test(token)) return end
  const start = BEARER.lastIndex - token.length
  TOKEN_REST.lastIndex = BEARER.lastIndex
  TOKEN_REST.test(text)
  return add(start, TOKEN_REST.lastIndex, found)
}

function add(start: number, end: number, found: Findings, isText = false): number {
  found.add(start, end, isText)
  return end
}
