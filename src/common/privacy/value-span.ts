import { Brackets } from './brackets'
import type { CharSet } from './char-set'
import { isQuote } from './name-context'

/** Longest value in quotation marks or brackets that is read to its end, in UTF-16 code units. */
const MAX_VALUE = 4_096

export interface ValueSpan {
  /** Without quotation marks. */
  readonly start: number
  readonly end: number
  /** Empty without. */
  readonly quote: string
}

/**
 * Reads a value in quotation marks, or up to where one ends without; `null` where there is none.
 * @param limit its longest length without
 */
export function readValue(text: string, at: number, ends: CharSet, limit = MAX_VALUE): ValueSpan | null {
  // Python's b'…' and r"…".
  const start = isQuote(text[at + 1]) && /[bruf]/i.test(text[at] ?? '') ? at + 1 : at
  if (isQuote(text[start])) return quotedValue(text, start)
  const end = endOfRun(text, at, ends, limit)
  return end > at ? { start: at, end, quote: '' } : null
}

/** The run that was read last, by its ends: of names within one value each would read it to its end again. */
const lastRuns = new Map<CharSet, { text: string; start: number; end: number }>()

function endOfRun(text: string, at: number, ends: CharSet, limit: number): number {
  const last = lastRuns.get(ends)
  if (last && at >= last.start && at < last.end && last.text === text) return last.end
  const end = ends.firstIn(text, at, at + limit)
  // A short one is read again in less time.
  if (end - at > 32) lastRuns.set(ends, { text, start: at, end })
  return end
}

function quotedValue(text: string, at: number): ValueSpan {
  const quote = text[at] ?? ''
  const code = text.charCodeAt(at)
  const start = at + 1
  const limit = Math.min(text.length, start + MAX_VALUE)
  for (let end = start; end < limit; end++) {
    const character = text.charCodeAt(end)
    if (character === 92) end++
    else if (character === code) return { start, end, quote }
  }
  return { start, end: lineEnd(text, start), quote }
}

/** The end of a line, or where it is cut: a value that goes on is still one. */
export function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}

/** The end of a group in brackets; of one that does not end within `MAX_VALUE`, that of its line. */
export function groupEnd(text: string, at: number): number {
  return brackets.endOf(text, at, MAX_VALUE) ?? lineEnd(text, at)
}

const brackets = new Brackets()
