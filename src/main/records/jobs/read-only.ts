import { basename } from 'node:path'
import { dataPaths } from '../../../common/storage/data-folder'
import { errorMessage } from '../../../common/storage/errors'
import type { FailedJob } from './failed-job'
import { readFailedJobView } from './failed-job-view'
import { JOURNAL_SCHEMA } from './journal-entry'
import { type JournalContent, readSettledJournal } from './journal-folder'
import { applyEntries, emptyState, sortByDeath } from './journal-state'
import type { OpenJob } from './open-job'
import { adoptionEntries, missingIn } from './recovery'

export interface JobsOnDisk {
  /** The failed jobs, newest last. */
  readonly jobs: readonly FailedJob[]
  /** Jobs that wait or run now, if the app runs; otherwise those that did when it was killed. */
  readonly open: readonly OpenJob[]
  /** The problems of reading, one line each. */
  readonly problems: readonly string[]
}

/** Reads the records of a data folder without locks or writes, even while the app writes. Never throws. */
export function readJobs(dataFolder: string): JobsOnDisk {
  const paths = dataPaths(dataFolder)
  const problems: string[] = []
  const { state, segments, newerSchema } = contentOf(paths.journal, problems)
  for (const { path, foreign, unreadable } of segments) {
    const name = `journal/${basename(path)}`
    if (foreign !== null) problems.push(`${name} could not be read: ${foreign}`)
    else if (unreadable > 0) problems.push(`${name} has unreadable lines: ${unreadable}`)
  }
  if (newerSchema !== null)
    problems.push(
      `the journal was written by a newer version (schema ${newerSchema}, known ${JOURNAL_SCHEMA}): it may hold more`,
    )
  const view = readFailedJobView(paths.failedJobs, (id) => state.failed.has(id as string))
  if (view.damage !== null) problems.push(`failed-jobs.json could not be read: ${view.damage}`)
  applyEntries(state, adoptionEntries(state, missingIn(state, view.jobs), 0))
  sortByDeath(state)
  return { jobs: [...state.failed.values()], open: [...state.open.values()], problems }
}

function contentOf(folder: string, problems: string[]): JournalContent {
  try {
    return readSettledJournal(folder)
  } catch (error) {
    problems.push(`the journal could not be read: ${errorMessage(error)}`)
    return { state: emptyState(), segments: [], newerSchema: null }
  }
}
