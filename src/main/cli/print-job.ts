import type { FailedJob } from '../records/jobs/failed-job'
import { readJobsWith } from '../records/jobs/newest-jobs'
import { readJobs } from '../records/jobs/read-only'
import { type CommandContext, EXIT, type ExitCode } from './context'
import { findById } from './find-id'
import { jobReport } from './job-report'
import { printProblems } from './print-list'
import { paint, terminalJson } from './terminal-text'
import { siteOf } from './trace-url'

/** Most candidates listed for an id that matches none or several. */
const CANDIDATES = 5

/** Prints the one job that a word names. */
export function printJob(word: string, context: CommandContext, json: boolean): ExitCode {
  const quick = findQuickly(context.dataFolder, word)
  const { jobs, problems } = quick ?? readJobs(context.dataFolder)
  const found = findJob(jobs, word)
  if ('candidates' in found) {
    printProblems(context, [...problems, misfit(word, found.candidates, jobs)])
    return EXIT.failed
  }
  printProblems(context, problems)
  if (json) context.stdout(`${terminalJson(found.one)}\n`)
  else
    context.stdout(
      jobReport(found.one, {
        ...context,
        paint: paint(context.color),
        site: siteOf(context.dataFolder, process.env),
      }),
    )
  return EXIT.ok
}

/** The records that a word may name, where there are too many to read all; `null` where there are not, or none fits. */
function findQuickly(dataFolder: string, word: string) {
  const jobs = readJobsWith(dataFolder, word)
  return jobs && 'one' in findJob(jobs, word) ? { jobs, problems: [] } : null
}

/** By the backend's id for the job, of which the newest record counts, else by the record's own. */
function findJob(jobs: readonly FailedJob[], word: string) {
  const newest = new Map(jobs.map((job) => [job.jobId, job]))
  const byJob = findById(
    [...newest.values()]
      .map((job) => ({ id: job.jobId, job }))
      .sort((a, b) => (a.job.failedAt < b.job.failedAt ? -1 : 1)),
    word,
  )
  if ('one' in byJob) return { one: byJob.one.job }
  if (byJob.candidates.length > 0) return { candidates: byJob.candidates.map(({ job }) => job) }
  return findById(jobs, word)
}

function misfit(word: string, candidates: readonly FailedJob[], all: readonly FailedJob[]): string {
  const quoted = JSON.stringify(word)
  if (candidates.length > 1) return `${candidates.length} jobs fit ${quoted}: ${newest(candidates)}`
  if (all.length === 0) return `no failed job ${quoted}: there are none on record`
  return `no failed job begins or ends with ${quoted}: the newest are ${newest(all)}`
}

function newest(jobs: readonly FailedJob[]): string {
  const named = jobs
    .slice(-CANDIDATES)
    .toReversed()
    .map(({ jobId }) => jobId)
  const left = jobs.length - named.length
  return named.join(', ') + (left > 0 ? ` and ${left} more` : '')
}
