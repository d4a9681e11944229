import { dateAndTime, relativeTime } from '../../common/output/units'
import { type Incident, isAlive } from '../records/incidents/incident'
import type { FailedJob } from '../records/jobs/failed-job'
import { factsText, INDENT } from './facts-text'
import {
  allocatorRows,
  jobRows,
  memoryFacts,
  processFacts,
  type Row,
  restartFacts,
  sampleRows,
  systemFacts,
} from './incident-facts'
import { incidentSentence } from './incident-sentence'
import { datadogFacts, summaryFacts } from './incident-summary'
import { pythonFrame } from './python-frame'
import { type Paint, terminalText } from './terminal-text'
import { type Cell, type Column, renderTable } from './text-table'

/** Most lines of one table in a report; `--json` has them all. */
const MAX_ROWS = 20
/** Most memory samples shown, which the line of blocks above shows already. */
const MAX_SAMPLES = 8

interface Look {
  readonly now: number
  readonly columns: number
  readonly paint: Paint
}

/**
 * Formats one incident: what a person needs first (what happened, who, during what, how sure, how much memory, where in
 * Datadog), then what it is known from, then the details. Ends with a newline.
 */
export function incidentReport(incident: Incident, failedJobs: readonly FailedJob[], look: Look): string {
  const table = (columns: readonly ReportColumn[], rows: readonly Row[]) => section(columns, rows, look)
  const samples = sampleRows(incident)
  const time = terminalText(incident.at)
  const sections: readonly (readonly [title: string, body: string])[] = [
    ['What to do', incident.advice.map((line) => `${INDENT}- ${terminalText(line)}\n`).join('')],
    ['In Datadog', factsText(datadogFacts(incident))],
    ['Evidence', incident.evidence.map((line) => `${INDENT}- ${terminalText(line)}\n`).join('')],
    ['Top allocators', firstRows(ALLOCATOR_COLUMNS, allocatorRows(incident))],
    ['Last words', incident.lastWords.map((line) => `${INDENT}${terminalText(line)}\n`).join('')],
    ...incident.stacks.map(({ thread, frames }): [string, string] => [
      `Python stack of ${terminalText(thread)}`,
      frames.map((frame) => `${INDENT}${terminalText(pythonFrame(frame))}\n`).join(''),
    ]),
    [
      `Jobs ${isAlive(incident) ? 'under way' : 'lost'} (${incident.jobIds.length})`,
      firstRows(JOB_COLUMNS, jobRows(incident, failedJobs)),
    ],
    ['Memory', factsText(memoryFacts(incident))],
    ['Memory before the end', table(SAMPLE_COLUMNS, samples.slice(-MAX_SAMPLES))],
    ['Profiles', factsText(Object.entries(incident.profiles).map(([kind, file]) => [kind, file ?? 'none']))],
    ['Process', factsText(processFacts(incident))],
    ['Restart', factsText(restartFacts(incident))],
    ['Versions', factsText(Object.entries(incident.versions))],
    ['System', factsText(systemFacts(incident))],
  ]
  return [
    `${look.paint.bold(terminalText(incidentSentence(incident, failedJobs)))}\n`,
    `Incident ${terminalText(incident.id)}, ${dateAndTime(time)}, ${relativeTime(time, look.now)}\n\n`,
    factsText(summaryFacts(incident, failedJobs)),
    ...sections
      .filter(([, body]) => body !== '')
      .map(([title, body]) => `\n${look.paint.bold(title)}\n${body}`),
  ].join('')

  function firstRows(columns: readonly ReportColumn[], rows: readonly Row[]): string {
    return table(columns, rows.slice(0, MAX_ROWS)) + left(rows)
  }
}

interface ReportColumn extends Column {
  /** True for ids and places: they are never cut or split. */
  readonly whole?: true
}

const SAMPLE_COLUMNS: readonly ReportColumn[] = [
  { head: 'BEFORE', align: 'right' },
  { head: 'PROCESS TREE', align: 'right' },
  { head: 'HEAP', align: 'right' },
  { head: 'EXTERNAL', align: 'right' },
]

const ALLOCATOR_COLUMNS: readonly ReportColumn[] = [
  { head: 'SHARE', align: 'right' },
  { head: 'SIZE', align: 'right' },
  { head: 'CUMULATIVE', align: 'right' },
  { head: 'FUNCTION', flexible: true },
  { head: 'PLACE', flexible: true, whole: true },
]

const JOB_COLUMNS: readonly ReportColumn[] = [
  { head: 'JOB', flexible: true },
  { head: 'ID', flexible: true, whole: true },
  { head: 'RAN FOR', align: 'right' },
  { head: 'DONE', align: 'right' },
]

function section(
  columns: readonly ReportColumn[],
  rows: readonly Row[],
  { columns: width, paint }: Look,
): string {
  if (rows.length === 0) return ''
  const cells = rows.map((row) =>
    row.map((text, index): Cell => {
      const shown = terminalText(text)
      return [columns[index]?.whole ? { whole: shown } : shown]
    }),
  )
  const table = renderTable(columns, cells, { width: width - INDENT.length, paint })
  return table.replace(/^(?=.)/gm, INDENT)
}

function left(rows: readonly Row[]): string {
  return rows.length > MAX_ROWS ? `${INDENT}${MAX_ROWS} of ${rows.length} shown: --json has all.\n` : ''
}
