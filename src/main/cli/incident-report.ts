import { dateAndTime, relativeTime } from '../../common/output/units'
import { type Incident, isAlive } from '../records/incidents/incident'
import type { FailedJob } from '../records/jobs/failed-job'
import {
  allocatorRows,
  causeFacts,
  type Fact,
  jobRows,
  memoryFacts,
  processFacts,
  type Row,
  restartFacts,
  sampleRows,
  systemFacts,
} from './incident-facts'
import { type Paint, terminalText } from './terminal-text'
import { type Column, renderTable } from './text-table'

/** Most lines of one table in a report; `--json` has them all. */
const MAX_ROWS = 20
const INDENT = '  '

interface Look {
  readonly now: number
  readonly columns: number
  readonly paint: Paint
}

/** Formats one incident in full, in sections. Ends with a newline. */
export function incidentReport(incident: Incident, failedJobs: readonly FailedJob[], look: Look): string {
  const table = (columns: readonly Column[], rows: readonly Row[]) => section(columns, rows, look)
  const samples = sampleRows(incident)
  const time = terminalText(incident.at)
  const sections: readonly (readonly [title: string, body: string])[] = [
    ['Cause', facts(causeFacts(incident))],
    ['Evidence', incident.evidence.map((line) => `${INDENT}- ${terminalText(line)}\n`).join('')],
    ['Last words', incident.lastWords.map((line) => `${INDENT}${terminalText(line)}\n`).join('')],
    ['Process', facts(processFacts(incident))],
    ['Memory', facts(memoryFacts(incident))],
    ['Memory before the end', table(SAMPLE_COLUMNS, samples.slice(-MAX_ROWS)) + left(samples)],
    ['Profiles', facts(Object.entries(incident.profiles).map(([kind, file]) => [kind, file ?? 'none']))],
    ['Top allocators', firstRows(ALLOCATOR_COLUMNS, allocatorRows(incident))],
    [
      `Jobs ${isAlive(incident) ? 'under way' : 'lost'} (${incident.jobIds.length})`,
      firstRows(JOB_COLUMNS, jobRows(incident, failedJobs)),
    ],
    ['Restart', facts(restartFacts(incident))],
    ['Versions', facts(Object.entries(incident.versions))],
    ['System', facts(systemFacts(incident))],
  ]
  return [
    `${look.paint.bold(`Incident ${terminalText(incident.id)}`)}\n`,
    `${dateAndTime(time)}, ${relativeTime(time, look.now)}\n`,
    ...sections
      .filter(([, body]) => body !== '')
      .map(([title, body]) => `\n${look.paint.bold(title)}\n${body}`),
  ].join('')

  function firstRows(columns: readonly Column[], rows: readonly Row[]): string {
    return table(columns, rows.slice(0, MAX_ROWS)) + left(rows)
  }
}

const SAMPLE_COLUMNS: readonly Column[] = [
  { head: 'BEFORE', align: 'right' },
  { head: 'PROCESS TREE', align: 'right' },
  { head: 'HEAP', align: 'right' },
  { head: 'EXTERNAL', align: 'right' },
]

const ALLOCATOR_COLUMNS: readonly Column[] = [
  { head: 'SHARE', align: 'right' },
  { head: 'SIZE', align: 'right' },
  { head: 'CUMULATIVE', align: 'right' },
  { head: 'FUNCTION', flexible: true },
  { head: 'PLACE', flexible: true },
]

const JOB_COLUMNS: readonly Column[] = [
  { head: 'JOB', flexible: true },
  { head: 'ID', flexible: true },
  { head: 'RAN FOR', align: 'right' },
  { head: 'DONE', align: 'right' },
]

function facts(all: readonly Fact[]): string {
  const width = all.reduce((most, [name]) => Math.max(most, name.length), 0)
  return all
    .map(([name, value]) => [terminalText(name).padEnd(width), terminalText(value ?? 'not known')] as const)
    .map(([name, value]) => `${INDENT}${name}  ${value}\n`)
    .join('')
}

function section(columns: readonly Column[], rows: readonly Row[], { columns: width, paint }: Look): string {
  if (rows.length === 0) return ''
  const cells = rows.map((row) => row.map((text) => [terminalText(text)]))
  const table = renderTable(columns, cells, { width: width - INDENT.length, paint })
  return table.replace(/^(?=.)/gm, INDENT)
}

function left(rows: readonly Row[]): string {
  return rows.length > MAX_ROWS ? `${INDENT}${MAX_ROWS} of ${rows.length} shown: --json has all.\n` : ''
}
