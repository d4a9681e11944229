import type { FailedJob } from './failed-job'
import { JOURNAL_SCHEMA, type JournalEntry } from './journal-entry'
import { type OpenJob, openJobKey } from './open-job'

/** The state that the journal's entries add up to. */
export interface JournalState {
  readonly open: Map<string, OpenJob>
  /** Failed jobs by id. */
  readonly failed: Map<string, FailedJob>
  /** The time of the last entry, in milliseconds since the epoch. */
  lastSignOfLife: number
}

export function emptyState(): JournalState {
  return { open: new Map(), failed: new Map(), lastSignOfLife: 0 }
}

/** Applies entries to the state. Applying the same entries again changes nothing. */
export function applyEntries(state: JournalState, entries: Iterable<JournalEntry>): void {
  for (const entry of entries) {
    state.lastSignOfLife = Math.max(state.lastSignOfLife, entry.at)
    applyEntry(state, entry)
  }
}

function applyEntry({ open, failed }: JournalState, entry: JournalEntry): void {
  switch (entry.type) {
    case 'segment':
      return
    case 'snapshot':
      // Failed records are merged, never replaced: no segment can remove what another one holds.
      open.clear()
      return
    case 'job-started':
      open.set(openJobKey(entry.job.generation, entry.job.key), entry.job)
      return
    case 'alive':
      for (const { generation, key, progress } of entry.progress) {
        const job = open.get(openJobKey(generation, key))
        if (job) open.set(openJobKey(generation, key), { ...job, progress })
      }
      return
    case 'job-ended':
      open.delete(openJobKey(entry.generation, entry.key))
      return
    case 'backend-stopped':
      for (const [key, job] of open) if (job.generation === entry.generation) open.delete(key)
      return
    case 'job-failed': {
      const { record, closes } = entry
      if (closes) open.delete(openJobKey(closes.generation, closes.key))
      putRecord(failed, record)
      return
    }
    case 'reported':
      markReported(failed, entry.ids)
  }
}

type Kept = Pick<FailedJob, 'id' | 'resubmitted' | 'reported'>

/** Keeps a record, instead of the one with the same id. */
export function putRecord<R extends Kept>(failed: Map<string, R>, record: R): void {
  const before = failed.get(record.id)
  // What became of a job that was submitted again is the newer of the two.
  if (before?.resubmitted) failed.delete(record.id)
  const reported = (before?.reported ?? false) && before?.resubmitted === record.resubmitted
  failed.set(record.id, reported ? { ...record, reported } : record)
}

/** Marks the records that Datadog has. */
export function markReported<R extends Kept>(failed: Map<string, R>, ids: readonly string[]): void {
  for (const id of ids) {
    const record = failed.get(id)
    if (record) failed.set(id, { ...record, reported: true })
  }
}

/** Drops the oldest records above the limit. */
export function keepNewest({ failed }: JournalState, keep: number): void {
  let excess = failed.size - keep
  for (const id of failed.keys()) {
    if (excess-- <= 0) return
    failed.delete(id)
  }
}

/** Sorts the records by the time of death, for instance after adopting some from elsewhere. */
export function sortByDeath({ failed }: JournalState): void {
  const records = byDeath([...failed.values()])
  failed.clear()
  for (const record of records) failed.set(record.id, record)
}

/** The records in the order of their deaths. */
export function byDeath<R extends Pick<FailedJob, 'failedAt'>>(records: readonly R[]): R[] {
  return records.toSorted((a, b) => compare(a.failedAt, b.failedAt))
}

/** The first lines of a new segment, which replace everything before it. */
export function snapshotEntries({ open, failed }: JournalState, at: number): JournalEntry[] {
  return [
    { type: 'segment', at, schema: JOURNAL_SCHEMA },
    { type: 'snapshot', at },
    ...[...open.values()].map((job): JournalEntry => ({ type: 'job-started', at, job })),
    ...[...failed.values()].map((record): JournalEntry => ({ type: 'job-failed', at, record, closes: null })),
  ]
}

/** The entries missing on disk of what is known: what to write once writing works again. */
export function missingEntries(onDisk: JournalState, known: JournalState, at: number): JournalEntry[] {
  const entries: JournalEntry[] = []
  const over = [...onDisk.open].filter(([key]) => !known.open.has(key)).map(([, job]) => job)
  const openOf = openJobsByRecord(over)
  for (const [id, record] of known.failed) {
    const old = onDisk.failed.get(id)
    if (old && old.failedAt === record.failedAt && old.resubmitted === record.resubmitted) {
      if (record.reported && !old.reported) entries.push({ type: 'reported', at, ids: [id] })
      continue
    }
    // In one line again: otherwise a crash between two would leave the job open beside its record.
    entries.push({ type: 'job-failed', at, record, closes: openOf(record) })
  }
  for (const { generation, key } of over) entries.push({ type: 'job-ended', at, generation, key })
  for (const [key, job] of known.open)
    if (isOther(onDisk.open.get(key), job)) entries.push({ type: 'job-started', at, job })
  return entries
}

function isOther(written: OpenJob | undefined, job: OpenJob): boolean {
  return written?.state !== job.state || written.recordId !== job.recordId
}

export function copyState(state: JournalState): JournalState {
  return { open: new Map(state.open), failed: new Map(state.failed), lastSignOfLife: state.lastSignOfLife }
}

/** Finds the open job that a record ends, if the journal does not name it, by what both have in common. */
export function openJobsByRecord(
  jobs: Iterable<OpenJob>,
): (record: FailedJob) => Pick<OpenJob, 'generation' | 'key'> | null {
  const byIdentity = new Map(
    [...jobs].map((job) => [identity(job.id, new Date(job.queuedAt ?? job.startedAt).toISOString()), job]),
  )
  return (record) => {
    // It goes on.
    if (record.resubmitted) return null
    const job = byIdentity.get(identity(record.jobId, record.queuedAt ?? record.startedAt))
    return job ? { generation: job.generation, key: job.key } : null
  }
}

/**
 * @param openedAt when it was queued or, without a queue, started: the same before and after it began to run
 */
function identity(jobId: string, openedAt: string): string {
  return `${openedAt} ${jobId}`
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
