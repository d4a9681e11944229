import { dataPaths } from '../../../common/storage/data-folder'
import { readIncidents } from '../../records/incidents/read-incidents'
import { readFailedJobView } from '../../records/jobs/failed-job-view'
import { readSettledJournal } from '../../records/jobs/journal-folder'
import { readJobs } from '../../records/jobs/read-only'
import { type Finding, ok, problem, warning } from './check'

/** Checks that journal, failed jobs and incidents can be read and agree. */
export function checkRecords(dataFolder: string, appRuns: boolean): Finding {
  const { jobs, problems } = readJobs(dataFolder)
  const { incidents, problems: others } = readIncidents(dataFolder)
  const unreadable = [...problems, ...others]
  const waiting = [...jobs, ...incidents].filter(({ reported }) => !reported).length
  const summary = `${jobs.length} failed jobs and ${incidents.length} incidents on record, ${waiting} not reported yet`
  if (unreadable.length > 0) {
    const next = 'start Studio: it sets aside what is damaged, keeps the rest and goes on'
    return problem(`${summary}; not readable: ${unreadable.length}`, next, unreadable)
  }
  // While the app writes, one is a moment ahead of the other.
  const lacking = appRuns ? 0 : lackingInView(dataFolder)
  return lacking > 0
    ? warning(`failed-jobs.json lacks ${lacking} records of the journal`, 'start Studio: it writes them')
    : ok(summary)
}

function lackingInView(dataFolder: string): number {
  const paths = dataPaths(dataFolder)
  const shown = new Set(readFailedJobView(paths.failedJobs).jobs.map(({ id }) => id))
  const { failed } = readSettledJournal(paths.journal).state
  return [...failed.keys()].filter((id) => !shown.has(id)).length
}
