import { dateAndTime, duration } from '../../common/output/units'
import { describeCause } from '../backend/cause'
import type { Incident } from '../records/incidents/incident'
import { type Paint, terminalText } from './terminal-text'
import { type Cell, type Column, renderTable } from './text-table'
import { whenCell } from './when-cell'

const COLUMNS: readonly Column[] = [
  { head: 'WHEN' },
  { head: 'CAUSE, ID', flexible: true },
  { head: 'OOM' },
  { head: 'CONFIDENCE', from: 60 },
  { head: 'JOBS', align: 'right' },
  { head: 'RESTART' },
]

/** @param records newest first */
export function incidentsTable(
  records: readonly Incident[],
  { now, columns, paint }: { now: number; columns: number; paint: Paint },
): string {
  const rows = records.map((incident): Cell[] => [
    whenCell(incident.at, { now, columns }),
    [describeCause(incident.cause), { whole: terminalText(incident.id) }],
    [incident.oom ? 'yes' : 'no'],
    [incident.confidence],
    [String(incident.jobIds.length)],
    [describeRestart(incident.restart)],
  ])
  return renderTable(COLUMNS, rows, { width: columns, paint })
}

/** An incident in one line, for those who follow them. */
export function incidentLine({ at, cause, confidence, id, jobIds, restart }: Incident): string {
  const jobs = `${jobIds.length} ${jobIds.length === 1 ? 'job' : 'jobs'}`
  return terminalText(
    `${dateAndTime(at)}  ${id}  ${describeCause(cause)} (${confidence}); ${jobs}; restart: ${describeRestart(restart)}`,
  )
}

export function describeRestart({ decision, delayMs }: Incident['restart']): string {
  switch (decision) {
    case 'restart':
      return delayMs ? `in ${duration(delayMs)}` : 'at once'
    case 'give-up':
      return 'gave up'
    case 'none':
      return 'none'
  }
}
