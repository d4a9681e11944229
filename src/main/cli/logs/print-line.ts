import { stripVTControlCharacters } from 'node:util'
import { dateAndTime } from '../../../common/output/units'
import { escapeShown, type Paint, terminalText } from '../terminal-text'
import type { LogLine } from './line'
import type { LogsOptions } from './options'

const LEVEL_WIDTH = 5

/** The line as it stands in the file; what a terminal would interpret is escaped, which means the same in JSON. */
export function jsonOf({ raw }: LogLine): string {
  return escapeShown(raw)
}

/** A line for a person: when it was, here, how grave, which log, and what. A message of several lines keeps them. */
export function textOf(
  { source, at, level, message }: LogLine,
  { sources }: Pick<LogsOptions, 'sources'>,
  { bold, grey }: Paint,
): string {
  const time = Number.isNaN(at) ? 'no time' : dateAndTime(new Date(at).toISOString())
  const words = (level ?? '').padEnd(LEVEL_WIDTH)
  const isGrave = level === 'warn' || level === 'error'
  const head = [
    grey(time),
    isGrave ? bold(words) : words,
    ...(sources.length > 1 ? [grey(source.padEnd('monitor'.length))] : []),
  ]
  const [first = '', ...more] = message.split(/\r?\n/).map(shown)
  return [`${head.join(' ')} ${first}`, ...more.map((line) => `    ${line}`)].join('\n')
}

/** Indentation stays: of a stack trace it is part of what is told. */
function shown(line: string): string {
  const plain = stripVTControlCharacters(line).replaceAll('\t', '    ')
  const indent = /^ */.exec(plain)?.[0] ?? ''
  return indent + terminalText(plain)
}
