import type { FailedJob } from './failed-job'
import type { JournalEntry } from './journal-entry'
import { type JournalState, openJobsByRecord } from './journal-state'
import { openJobKey, toFailedJob } from './open-job'

export interface LastRun {
  /** The entries that the journal lacks. */
  readonly entries: readonly JournalEntry[]
  /** Jobs that waited or ran when the app was killed. */
  readonly recovered: readonly FailedJob[]
  /** Records that only `failed-jobs.json` had. */
  readonly adopted: readonly FailedJob[]
}

/**
 * Derives entries from how the last run ended. An app that is killed cannot say when: its jobs count as
 * failed at its last sign of life, the journal's last entry, which is at most half a minute earlier.
 * @param shown the content of `failed-jobs.json`
 * @param at now, in milliseconds since the epoch
 */
export function entriesFromLastRun(
  state: JournalState,
  shown: readonly FailedJob[],
  at: number,
  newId: () => string,
): LastRun {
  const adopted = missingIn(state, shown)
  const adoption = adoptionEntries(state, adopted, at)
  // The line about its end was damaged, the line about its start was not.
  const ended = new Set(
    adoption.flatMap(({ closes }) => (closes ? [openJobKey(closes.generation, closes.key)] : [])),
  )
  const reported = shown.filter(({ id, reported }) => reported && state.failed.get(id)?.reported === false)
  const left = [...state.open].filter(([key]) => !ended.has(key)).map(([, job]) => job)
  const lost = left.map((job) => {
    const failedAt = Math.max(state.lastSignOfLife, job.startedAt)
    const death = { at: failedAt, cause: 'app-killed', oom: false, incidentId: null, error: null } as const
    return { job, record: toFailedJob(job, death, newId()) }
  })
  const entries: JournalEntry[] = [
    ...adoption,
    ...lost.map(({ job: { generation, key }, record }): JournalEntry => {
      return { type: 'job-failed', at, record, closes: { generation, key } }
    }),
  ]
  if (reported.length > 0) entries.push({ type: 'reported', at, ids: reported.map(({ id }) => id) })
  return { entries, recovered: lost.map(({ record }) => record), adopted }
}

type Failure = Extract<JournalEntry, { type: 'job-failed' }>

/** The entries that add a view's records to the journal; jobs that are still open there end with them. */
export function adoptionEntries(state: JournalState, records: readonly FailedJob[], at: number): Failure[] {
  const openOf = openJobsByRecord(state.open.values())
  return records.map((record) => ({ type: 'job-failed', at, record, closes: openOf(record) }))
}

/** The records of a view that the journal does not have. */
export function missingIn(state: JournalState, shown: readonly FailedJob[]): FailedJob[] {
  return shown.filter(({ id }) => !state.failed.has(id))
}
