import { type NameWeight, nameWeight } from './secret-names'

/** How a name and its value are joined. */
export type Joint = 'equals' | 'colon' | 'space' | 'list' | 'element'

/** A name that may hold a secret, and where its value begins. */
export interface Named {
  readonly weight: NameWeight
  readonly name: string
  /** The index at which the name begins. */
  readonly start: number
  readonly isSpaced: boolean
  readonly joint: Joint
  /** The quotation mark around the name; empty without. */
  readonly quote: string
  readonly isFlag: boolean
  /** True for a parameter of an address, or of a form. */
  readonly isQuery: boolean
  /** The index at which the value begins, with its quotation mark. */
  readonly valueAt: number
}

/** Longest part of a name on each side of the word by which it was found. */
const MAX_SIDE = 64
/** `API key`, as it is written in a sentence. */
const SPACED = /(?:^|\W)(api|app|access|account|private|secret|license|encryption) $/i
/** The signs of a name of data although a space stands behind its colon. */
const COMPOUND = /[a-z0-9][A-Z]|[_-]|^[A-Z]{4,}$/
const LINE_START = /(?:^|\n)[ \t]*(?:- )?$/

/** @returns the span of the name around an index, without what ends a sentence or a word of a list */
export function nameSpan(text: string, at: number): { start: number; end: number } {
  let start = at
  let end = at
  while (start > 0 && at - start < MAX_SIDE && isOfName(text.charCodeAt(start - 1))) start--
  while (end < text.length && end - at < MAX_SIDE && isOfName(text.charCodeAt(end))) end++
  while (end > start && (text[end - 1] === '.' || text[end - 1] === '-')) end--
  return { start, end }
}

/** Letters, digits, `_`, `-` and `.`. */
function isOfName(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 95 ||
    code === 45 ||
    code === 46
  )
}

/** Reads what stands behind a name; `null` where it is none of a secret, or nothing follows. */
export function readNamed(text: string, start: number, end: number): Named | null {
  const bare = text.slice(start, end)
  const isSpaced =
    (text.charCodeAt(start) | 32) === 107 &&
    /^key\b/i.test(bare) &&
    SPACED.test(text.slice(Math.max(0, start - 14), start))
  const weight = isSpaced ? 'secret' : nameWeight(bare)
  if (weight === null) return null
  const joined = readJoint(text, end)
  if (!joined) return null
  const before = text[start - 1]
  return {
    weight,
    name: bare,
    start,
    isSpaced,
    isFlag: bare.startsWith('-'),
    isQuery: joined.joint === 'equals' && (before === '?' || before === '&'),
    ...joined,
  }
}

/** True where a name is written as in code or a settings file, not as in a sentence. */
export function isData(text: string, { joint, quote, isFlag, isSpaced, name, start }: Named): boolean {
  if (joint === 'equals' || quote !== '' || joint === 'element' || isFlag) return true
  return !isSpaced && (COMPOUND.test(name) || LINE_START.test(text.slice(Math.max(0, start - 20), start)))
}

function readJoint(text: string, nameEnd: number): Pick<Named, 'joint' | 'quote' | 'valueAt'> | null {
  let at = nameEnd
  const quote = isQuote(text[at]) ? (text[at] ?? '') : ''
  if (quote) at++
  if (text[at] === ']') at++
  if (text[at] === '>' && quote === '') return { joint: 'element', quote, valueAt: at + 1 }
  const afterName = at
  at = skipSpaces(text, at)
  const length = signLength(text, at)
  if (length === 0) return at > afterName ? { joint: 'space', quote, valueAt: at } : null
  const valueAt = skipSpaces(text, at + length)
  const sign = text[at]
  if (sign === ',') return quote && isQuote(text[valueAt]) ? { joint: 'list', quote, valueAt } : null
  return { joint: sign === ':' && length === 1 ? 'colon' : 'equals', quote, valueAt }
}

/** The length of `=`, `==`, `===`, `=>`, `:=`, `+=`, `:` or `,`; 0 for any other, `::` among them. */
function signLength(text: string, at: number): number {
  const [sign, next] = [text[at], text[at + 1]]
  if (sign === '=') {
    if (next === '>') return 2
    return next === '=' ? (text[at + 2] === '=' ? 3 : 2) : 1
  }
  if (sign === ':') return next === '=' ? 2 : next === ':' ? 0 : 1
  if (sign === '+') return next === '=' ? 2 : 0
  return sign === ',' ? 1 : 0
}

export const isQuote = (character: string | undefined): boolean =>
  character === '"' || character === "'" || character === '`'

function skipSpaces(text: string, from: number): number {
  let at = from
  while (at - from < 4 && (text[at] === ' ' || text[at] === '\t')) at++
  return at
}
