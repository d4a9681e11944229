import type { Fault } from './fault'

export interface Outcome extends Omit<Fault, 'timeout'> {
  /** `null` where it has not been tried. */
  readonly figure: string | null
}

const MARKERS = ['<!-- faults -->', '<!-- /faults -->'] as const
const NOT_TRIED = 'not tried'

/** The tables, one for each group, with a line about the run in front. */
export function faultTables(outcomes: readonly Outcome[], about: string): string {
  const groups = [...new Set(outcomes.map(({ group }) => group))]
  const tables = groups.map((group) => {
    const rows = outcomes.filter((one) => one.group === group)
    return [`### ${group}`, '', table(rows)].join('\n')
  })
  return [about, ...tables].join('\n\n')
}

function table(rows: readonly Outcome[]): string {
  const cells = rows.map(({ fault, how, holds, figure }) => [fault, how, holds, figure ?? NOT_TRIED])
  return [
    ['fault', 'how', 'what holds, beside the above', 'last run'],
    ['---', '---', '---', '---'],
    ...cells,
  ]
    .map((row) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n')
}

/** @returns the document with these tables in it. @throws when it has no place for them */
export function withTables(document: string, tables: string): string {
  const [opening, closing] = MARKERS
  const [start, end] = [document.indexOf(opening), document.indexOf(closing)]
  if (start < 0 || end < start) throw new Error(`docs/reliability.md has no lines ${MARKERS.join(' and ')}`)
  return `${document.slice(0, start + opening.length)}\n${tables}\n${document.slice(end)}`
}

/** What the document says of each fault, without figures: to see whether it is up to date. */
export function rowsOf(document: string): string[] {
  const [opening, closing] = MARKERS
  const part = document.slice(document.indexOf(opening), document.indexOf(closing))
  return part
    .split('\n')
    .filter((line) => /^(\||###)/.test(line))
    .map((line) => line.replace(/ \| [^|]* \|$/, ''))
}
