import type { Fault } from './fault'

export interface Outcome extends Omit<Fault, 'timeout'> {
  /** The figure; `null` if it has not been tested. */
  readonly figure: string | null
}

const MARKERS = ['<!-- faults -->', '<!-- /faults -->'] as const
const NOT_TRIED = 'not tried'
const LAST_RUN = 'Last run:'
const RENEWED = 'Since then some were tried again:'

/** The tables, one for each group, after a line about the run. */
export function faultTables(outcomes: readonly Outcome[], about: string): string {
  const groups = [...new Set(outcomes.map(({ group }) => group))]
  const tables = groups.map((group) => {
    const rows = outcomes.filter((one) => one.group === group)
    return [`### ${group}`, '', table(rows)].join('\n')
  })
  return [`${LAST_RUN} ${about}`, ...tables].join('\n\n')
}

function table(rows: readonly Outcome[]): string {
  return [
    line('fault', 'how', 'what holds, beside the above', 'last run'),
    line('---', '---', '---', '---'),
    ...rows.map(({ fault, how, holds, figure }) => line(fault, how, holds, figure ?? NOT_TRIED)),
  ].join('\n')
}

function line(...cells: string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

/**
 * @returns the document with these tables in it
 * @throws if it has no place for them
 */
export function withTables(document: string, tables: string): string {
  const [opening, closing] = MARKERS
  const [start, end] = [document.indexOf(opening), document.indexOf(closing)]
  if (start < 0 || end < start) throw new Error(`docs/reliability.md has no lines ${MARKERS.join(' and ')}`)
  return `${document.slice(0, start + opening.length)}\n${tables}\n${document.slice(end)}`
}

/**
 * @param about the run that these are of, in a line of its own
 * @returns the document with these figures, and the others unchanged
 * @throws if it lacks one of the faults
 */
export function withFigures(document: string, outcomes: readonly Outcome[], about: string): string {
  const lines = document.split('\n')
  for (const { group, fault, how, holds, figure } of outcomes) {
    const start = line(fault, how, holds).replace(/\|$/, '')
    const place = lines.findIndex((text, at) => at > lines.indexOf(`### ${group}`) && text.startsWith(start))
    if (place < 0)
      throw new Error(`docs/reliability.md does not show ${fault}: a run of all faults renews it`)
    lines[place] = line(fault, how, holds, figure ?? NOT_TRIED)
  }
  const last = lines.findIndex((text) => text.startsWith(LAST_RUN))
  if (last < 0) throw new Error('docs/reliability.md does not tell of a run of all faults')
  const after = lines.findIndex((text, at) => at > last && !text.startsWith(RENEWED))
  return lines.toSpliced(after, 0, `${RENEWED} ${about}`).join('\n')
}

/** The document's rows without figures, to check whether it is up to date. */
export function rowsOf(document: string): string[] {
  const [opening, closing] = MARKERS
  const part = document.slice(document.indexOf(opening), document.indexOf(closing))
  return part
    .split('\n')
    .filter((line) => /^(\||###)/.test(line))
    .map((line) => line.replace(/ \| [^|]* \|$/, ''))
}
