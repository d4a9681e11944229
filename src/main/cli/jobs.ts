import { dateAndTime } from '../../common/output/units'
import { dataPaths } from '../../common/storage/data-folder'
import { CAUSES } from '../backend/cause'
import type { FailedJob } from '../records/jobs/failed-job'
import { readNewestJobs } from '../records/jobs/newest-jobs'
import { readJobs } from '../records/jobs/read-only'
import { type CommandContext, EXIT, type ExitCode } from './context'
import { didYouMean } from './did-you-mean'
import { filesVersion } from './folder-version'
import { followList } from './follow-list'
import { jobCause, jobError, jobProgress, jobRanFor, jobTitle } from './job-words'
import { LIST_OPTIONS_HELP, type ListOptions, mostShown, parseListOptions } from './list-options'
import { UsageError } from './options'
import { printList } from './print-list'
import { type Paint, terminalText } from './terminal-text'
import { type Cell, type Column, renderTable } from './text-table'
import { whenCell } from './when-cell'

/** The word for every cause that is a lack of memory. */
const OOM = 'oom'

const HELP = `jobs: the jobs that failed, newest first, each with the reason, or one in full. Of a
job that died with the backend the last line is the id of the incident: see incidents.
A job that was lost while it waited in the queue had not begun.

  jobs [--cause CAUSE] [--since TIME] [--limit N] [--follow] [--json]
  jobs ID [--json]          a job's id, or that of its record; the beginning is enough
                            if no other begins so, or the last 4 characters; last is
                            the newest

  --cause CAUSE only jobs that failed of that, several with commas between; oom is every
                lack of memory. Known are
                ${CAUSES.slice(0, 5).join(', ')},
                ${CAUSES.slice(5).join(', ')}
${LIST_OPTIONS_HELP}
--json prints an array of the records as failed-jobs.json holds them, newest first; with
ID the one record.
Exit code: 0 listed, also when there are none; 1 the record could not be read, or the ID
fits no job or several; 2 wrong arguments.
`

export async function jobs(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const options = parseListOptions(args, context.now, ['cause'])
  const [id, second] = options.words
  if (second !== undefined) throw new UsageError(`one ID at a time, not also ${JSON.stringify(second)}`)
  const isWanted = causeFilter(options.own.cause)
  if (id !== undefined && !options.help) {
    const { since, limit, follow, own } = options
    if (since !== null || limit !== null || follow || own.cause !== null)
      throw new UsageError('--cause, --since, --limit and --follow are for the list, not for one ID')
    const { printJob } = await import('./print-job')
    return printJob(id, context, options.json)
  }
  const read = () => {
    const { jobs: records, problems } = readJobs(context.dataFolder)
    return { records: records.filter(isWanted), problems, isEmpty: records.length === 0 }
  }
  if (options.follow && !options.help) {
    const { journal, failedJobs } = dataPaths(context.dataFolder)
    await followList(context, options, {
      read,
      version: () => filesVersion([journal, failedJobs]),
      // A record is replaced where a job that was submitted again fails after all.
      keyOf: ({ id: record, failedAt, resubmitted }) => `${record} ${failedAt} ${resubmitted}`,
      at: ({ failedAt }) => failedAt,
      line: jobLine,
    })
    return EXIT.ok
  }
  return printList(context, options, {
    help: HELP,
    read: () => newest(context.dataFolder, options) ?? read(),
    at: ({ failedAt }) => failedAt,
    none: options.own.cause === null ? 'No failed jobs' : `No jobs that failed of ${options.own.cause}`,
    table: (records, paint) => jobsTable(records, { ...context, paint }),
  })
}

/** The newest records alone, where so many are on record that to read them all takes long; `null` where they are not. */
function newest(
  dataFolder: string,
  { since, limit, json, own }: ListOptions & { readonly own: { readonly cause: string | null } },
) {
  const most = mostShown({ limit, json })
  const found =
    own.cause === null && most !== null ? readNewestJobs(dataFolder, { limit: most, since }) : null
  return found && { records: found.jobs, older: found.older, problems: [] }
}

/** @throws {UsageError} */
function causeFilter(text: string | null): (job: FailedJob) => boolean {
  if (text === null) return () => true
  const wanted = text.split(',').map((word) => word.trim().toLowerCase())
  const known = [...CAUSES, OOM]
  for (const word of wanted)
    if (!known.some((cause) => cause === word))
      throw new UsageError(
        `--cause ${JSON.stringify(word)} is not known: known are ${known.join(', ')}${didYouMean(word, known)}`,
      )
  return ({ cause, oom }) => wanted.includes(cause) || (oom && wanted.includes(OOM))
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
      whenCell(job.failedAt, { now, columns }),
      title === id ? [{ whole: id }] : [title, { whole: id }],
      [jobRanFor(job)],
      [jobProgress(job)],
      [jobCause(job), ...(error === null ? [] : [error]), ...incident],
    ]
  })
  return renderTable(COLUMNS, rows, { width: columns, paint })
}

/** A job in one line, for those who follow them. */
function jobLine(job: FailedJob): string {
  const { jobId, failedAt, incidentId } = job
  const title = jobTitle(job)
  const names = title === terminalText(jobId) ? title : `${title}  ${jobId}`
  const error = jobError(job)
  return terminalText(
    `${dateAndTime(failedAt)}  ${names}  ${jobCause(job)}${error === null ? '' : `: ${error}`}${incidentId === null ? '' : `  ${incidentId}`}`,
  )
}
