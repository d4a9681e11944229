import type { Named } from './name-context'
import type { ValueSpan } from './value-span'

/** A value that goes on in the lines that follow: all that are indented deeper, or all up to an end. */
export type Opening =
  | { readonly kind: 'indented'; readonly indent: number }
  | { readonly kind: 'marker' | 'quotes'; readonly end: string }

/** YAML's `|` and `>`, with what may stand behind them. */
const BLOCK = /[|>][+-]?\d?[+-]?[ \t]{0,64}(?:#[^\r\n]{0,200})?(?=\r?\n|$)/y
const HEREDOC =
  /(?:["']?\$\(\s{0,3}cat\s{1,3})?<<[-~]?\s{0,2}["'\\]?([A-Za-z_]\w{0,40})["']?[^\r\n]{0,200}(?=\r?\n|$)/y
const TRIPLE = /[bruf]{0,2}("""|''')/iy
const PARENTHESIS = /\(\s{0,80}(?=[bruf]?["'`])/iy
/** The value on the line behind its name: one word, or one in quotation marks. */
const NEXT_LINE = /\r?\n[ \t]{1,80}(?=(["'`]?)[^\s"'`:=]{4,200}\1,?[ \t]{0,8}(?:[\r\n]|$|"))/y
const CONTINUED = /\\\r?\n[ \t]{0,80}/y
/** Texts that are put together: by a sign, by standing side by side, over the end of a line. */
const CONCATENATED = /["'`][ \t]{0,16}[\\+.]?[ \t]{0,16}(?:\r?\n[ \t]{1,80})?[+.]?[ \t]{0,16}[bruf]?(["'`])/iy
const QUOTED = {
  '"': /[^"\r\n]{1,4096}"(?!\s{0,3}[:=])/y,
  "'": /[^'\r\n]{1,4096}'(?!\s{0,3}[:=])/y,
  '`': /[^`]{1,4096}`(?!\s{0,3}[:=])/y,
}
/** A line that carries on the value of the line before: one word, indented, that is no name. */
const PLAIN_LINE = /\r?\n([ \t]{1,80})([^\s:="'`]{4,200})[ \t]{0,8}(?=\r?\n|$)/y
const WORD = /[^\s"'`\\]{1,4096}/y
/** How far back the beginning of a line is looked for. */
const MAX_BACK = 200
/** Longest value of many lines, in UTF-16 code units. */
const MAX_VALUE = 65_536

const at = (pattern: RegExp, text: string, index: number) => {
  pattern.lastIndex = index
  return pattern.exec(text)
}

/** True for a name behind which a value of many lines is looked for: those that leave no doubt. */
const isPlain = ({ weight, joint }: Named) =>
  (weight === 'password' || weight === 'secret' || weight === 'token') &&
  (joint === 'equals' || joint === 'colon')

/** Reads what opens a value of many lines behind a name; `null` where none does. */
export function openingAt(text: string, named: Named): { opening: Opening; from: number } | null {
  if (!isPlain(named)) return null
  const index = named.valueAt
  const block = at(BLOCK, text, index)
  if (block)
    return {
      opening: { kind: 'indented', indent: indentOf(text, named.start) },
      from: index + block[0].length,
    }
  const heredoc = at(HEREDOC, text, index)
  if (heredoc?.[1]) return { opening: { kind: 'marker', end: heredoc[1] }, from: index + heredoc[0].length }
  const triple = at(TRIPLE, text, index)
  return triple?.[1] ? { opening: { kind: 'quotes', end: triple[1] }, from: index + triple[0].length } : null
}

/** Finds a value of many lines behind a name, without what opens and ends it; `null` where it has none. */
export function manyLines(text: string, named: Named): { start: number; end: number } | null {
  const found = openingAt(text, named)
  if (!found) return null
  const { opening, from } = found
  if (opening.kind === 'quotes') {
    const end = text.indexOf(opening.end, from)
    return spanOf(text, from, end < 0 ? Math.min(text.length, from + MAX_VALUE) : end)
  }
  let end = from
  for (let line = text.indexOf('\n', from); line >= 0 && line - from < MAX_VALUE; ) {
    const next = text.indexOf('\n', line + 1)
    const stop = next < 0 ? text.length : next
    if (endsBefore(text.slice(line + 1, stop), opening)) break
    end = stop
    line = next
  }
  return spanOf(text, from, end)
}

/** Tells whether a line is the first that is no part of an open value. */
export function endsBefore(line: string, opening: Opening): boolean {
  if (opening.kind === 'indented')
    return line.trim() !== '' && line.length - line.trimStart().length <= opening.indent
  return opening.kind === 'marker' ? line.trim() === opening.end : line.includes(opening.end)
}

function spanOf(text: string, from: number, to: number) {
  let [start, end] = [from, to]
  while (start < end && isSpace(text.charCodeAt(start))) start++
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--
  return start < end ? { start, end } : null
}

const isSpace = (code: number) => code === 32 || code === 9 || code === 10 || code === 13

/** The column of a name that begins its line, behind the dash of a list too; else the indentation of its line. */
function indentOf(text: string, nameStart: number): number {
  let lineStart = nameStart
  while (lineStart > 0 && nameStart - lineStart < MAX_BACK && text[lineStart - 1] !== '\n') lineStart--
  const before = text.slice(lineStart, nameStart)
  return /^[ \t]*(?:- +)?$/.test(before) ? before.length : before.length - before.trimStart().length
}

/** The name with the place of its value, where that is behind a parenthesis, a continued line or the end of its line. */
export function withValueBehind(text: string, named: Named): Named {
  const index = named.valueAt
  const skipped =
    (named.isFlag ? at(CONTINUED, text, index) : null) ??
    (isPlain(named)
      ? (at(PARENTHESIS, text, index) ?? (isWritten(named) ? at(NEXT_LINE, text, index) : null))
      : null)
  return skipped ? { ...named, valueAt: index + skipped[0].length } : named
}

const isWritten = ({ weight }: Named) => weight === 'password' || weight === 'secret'

/** The end of a value that is put together of several, or goes on in the next line. */
export function endOfParts(text: string, named: Named, { end, quote }: ValueSpan): number {
  if (!isPlain(named) && !named.isFlag) return end
  let last = end
  if (quote === '') {
    for (
      let more = at(CONTINUED, text, last);
      more && text[last] === '\\';
      more = at(CONTINUED, text, last)
    ) {
      const word = at(WORD, text, last + more[0].length)
      if (!word) break
      last = WORD.lastIndex
    }
    const indent = isWritten(named) && isPlain(named) ? indentOf(text, named.start) : Number.POSITIVE_INFINITY
    for (
      let line = at(PLAIN_LINE, text, last);
      line && (line[1] ?? '').length > indent;
      line = at(PLAIN_LINE, text, last)
    )
      last += line[0].length
    return last
  }
  for (let next = at(CONCATENATED, text, last); next; next = at(CONCATENATED, text, last)) {
    const part = at(QUOTED[(next[1] ?? '"') as keyof typeof QUOTED], text, last + next[0].length)
    if (!part) break
    last += next[0].length + part[0].length - 1
  }
  return last
}
