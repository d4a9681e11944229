import { relativeTime } from '../../common/output/units'
import type { FailedJob } from '../records/jobs/failed-job'
import { readJobs } from '../records/jobs/read-only'
import type { CommandContext, ExitCode } from './context'
import { jobCause, jobError, jobProgress, jobRanFor, jobTitle } from './job-words'
import { LIST_OPTIONS_HELP, parseListOptions } from './list-options'
import { refuseWords } from './options'
import { printList } from './print-list'
import { type Paint, terminalText } from './terminal-text'
import { type Cell, type Column, renderTable } from './text-table'

const HELP = `jobs: the jobs that failed, newest first, each with the reason. Of a job that died
with the backend the last line is the id of the incident: see incidents --help.
A job that was lost while it waited in the queue had not begun.

  jobs [--since TIME] [--limit N] [--json]

${LIST_OPTIONS_HELP}
--json prints an array of the records as failed-jobs.json holds them, newest first.
Exit code: 0 listed, also when there are none; 1 the record could not be read;
2 wrong arguments.
`

export async function jobs(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const options = parseListOptions(args, context.now)
  refuseWords(options.words)
  return printList(context, options, {
    help: HELP,
    read: () => {
      const { jobs: records, problems } = readJobs(context.dataFolder)
      return { records, problems }
    },
    at: ({ failedAt }) => failedAt,
    none: 'No failed jobs',
    table: (records, paint) => jobsTable(records, { ...context, paint }),
  })
}

const COLUMNS: readonly Column[] = [
  { head: 'WHEN' },
  { head: 'JOB', flexible: true },
  { head: 'RAN FOR', align: 'right', from: 60 },
  { head: 'DONE', align: 'right', from: 60 },
  { head: 'CAUSE, INCIDENT', flexible: true },
]

/** @param records newest first */
export function jobsTable(
  records: readonly FailedJob[],
  { now, columns, paint }: { now: number; columns: number; paint: Paint },
): string {
  const rows = records.map((job): Cell[] => {
    const title = jobTitle(job)
    const id = terminalText(job.jobId)
    const error = jobError(job)
    const incident = job.incidentId === null ? [] : [{ whole: terminalText(job.incidentId) }]
    return [
      [relativeTime(terminalText(job.failedAt), now)],
      title === id ? [{ whole: id }] : [title, { whole: id }],
      [jobRanFor(job)],
      [jobProgress(job)],
      [jobCause(job), ...(error === null ? [] : [error]), ...incident],
    ]
  })
  return renderTable(COLUMNS, rows, { width: columns, paint })
}
