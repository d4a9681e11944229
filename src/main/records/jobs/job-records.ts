import { randomUUID } from 'node:crypto'
import type { JobEnded, JobQueued, JobStarted } from '../../../common/protocol/messages'
import { dataPaths } from '../../../common/storage/data-folder'
import { errorMessage } from '../../../common/storage/errors'
import { appTags } from '../../../common/tracing/app-tags'
import type { Log } from '../../logging/log'
import { isMemoryError } from '../../memory/memory-error'
import { AliveNotes } from './alive-notes'
import type { OpenViewFile } from './electron-store'
import type { FailedJob } from './failed-job'
import { FailedJobStore } from './failed-job-store'
import { FlushCoalescer } from './flush-coalescer'
import { Journal } from './journal'
import type { JournalEntry } from './journal-entry'
import { type JobDeath, type OpenJob, toFailedJob } from './open-job'
import { OpenJobs } from './open-jobs'
import { entriesFromLastRun, missingIn } from './recovery'
import { ReturningJobs } from './returning-jobs'

/** Most records kept: 10,000 already take half a second for each write of `failed-jobs.json`. */
export const MAX_JOBS_KEPT = 10_000

/** An engine that restarted itself has not died. */
const UNKNOWN_DEATH = { cause: 'job-error', oom: false, incidentId: null } as const

const TICK_MS = 5_000
export interface JobRecordsOptions {
  readonly dataFolder: string
  /** Records kept, at most `MAX_JOBS_KEPT`. */
  readonly keep: number
  readonly log: Log
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly openFile: OpenViewFile
  readonly newId?: () => string
  /** Called with new records, once they are on disk or kept in memory until the disk accepts them. */
  readonly onFailed?: (records: readonly FailedJob[]) => void
}

/**
 * The records of all jobs: open ones in memory, all in the journal, the failed ones in `failed-jobs.json`.
 * One per data folder. No call throws; what cannot be written is kept and written later.
 */
export class JobRecords {
  private readonly ledger = new OpenJobs()
  private readonly returning = new ReturningJobs()
  private readonly ticking: NodeJS.Timeout
  private readonly unsettled: FlushCoalescer
  private readonly alive: AliveNotes
  private warnedOfLimit = false

  private constructor(
    private readonly options: JobRecordsOptions,
    private readonly journal: Journal,
    private readonly store: FailedJobStore | null,
    /** The jobs that waited or ran when the app was last killed. */
    readonly recovered: readonly FailedJob[],
  ) {
    this.unsettled = new FlushCoalescer(options.now, (records) => this.settle(records))
    this.alive = new AliveNotes(options.now())
    this.ticking = setInterval(() => this.tick(), TICK_MS).unref()
  }

  /** Opens the records of a data folder; jobs that a killed app left open are recorded as `app-killed`. */
  static open(options: JobRecordsOptions): JobRecords {
    const { dataFolder, log, now, newId = randomUUID, openFile } = options
    const paths = dataPaths(dataFolder)
    const keep = Math.min(options.keep, MAX_JOBS_KEPT)
    const journal = Journal.read({ folder: paths.journal, keep, log, now })
    const jobs = () => [...journal.state.failed.values()]
    if (journal.refused) return new JobRecords(options, journal, null, [])
    const store = new FailedJobStore({ path: paths.failedJobs, openFile, log, now, jobs })
    const shown = store.open()
    const { entries, recovered, adopted } = entriesFromLastRun(journal.state, shown, now(), newId)
    journal.start(entries)
    store.compare(shown)
    if (recovered.length > 0)
      log.warn('the app was killed while jobs ran: recorded them as lost', { jobs: recovered.length })
    const taken = adopted.filter((record) => journal.state.failed.has(record.id)).length
    if (taken > 0) log.warn('the journal lacked records: took them from failed-jobs.json', { records: taken })
    return new JobRecords(options, journal, store, recovered)
  }

  /** True if everything known is on disk. */
  get durable(): boolean {
    return this.journal.durable
  }

  /** The failed jobs, newest last. */
  list(): readonly FailedJob[] {
    return [...this.journal.state.failed.values()]
  }

  /** The jobs that wait or run, oldest first. */
  open(): readonly OpenJob[] {
    return this.ledger.list()
  }

  jobQueued(generation: number, queued: JobQueued): void {
    this.opened(this.ledger.queue(generation, queued), queued.id)
  }

  jobStarted(generation: number, started: JobStarted): void {
    this.opened(this.ledger.start(generation, started), started.id)
  }

  /** Records that the user cancelled a job: nothing was lost. */
  jobCancelled(generation: number, key: number): void {
    const job = this.ledger.end(generation, key)
    if (job) this.over(job)
  }

  /** Notes a job's progress in memory; the journal gets it twice a minute. */
  jobProgress(generation: number, key: number, progress: number | null): void {
    const job = this.ledger.progress(generation, key, progress)
    if (job) this.alive.advanced(job)
  }

  /** @returns the record if the job threw, otherwise `null` */
  jobEnded(generation: number, ended: JobEnded): FailedJob | null {
    const job = this.ledger.end(generation, ended.key)
    if (!job) return null
    if (ended.error === null) {
      this.over(job)
      return null
    }
    this.forget(job)
    const at = this.options.now()
    const last = { ...job, progress: ended.progress ?? job.progress }
    const record = this.toRecord(last, {
      at: ended.endedAt,
      cause: 'job-error',
      oom: isMemoryError(ended.error),
      incidentId: null,
      error: ended.error,
      stack: ended.stack,
      running: ended.memory ? { ...ended.memory, jobId: job.id } : null,
      reported: ended.spanSent,
    })
    this.journal.append([failure(at, record, job)], false)
    this.unsettled.add(record)
    return record
  }

  /** The jobs of one start of the backend that wait or run, by their own ids, oldest first. */
  openJobIds(generation: number): string[] {
    return this.ledger.list().flatMap((job) => (job.generation === generation ? job.id : []))
  }

  /** How many jobs of one start of the backend run. */
  running(generation: number): number {
    return this.ledger.list().filter((job) => job.generation === generation && job.state === 'running').length
  }

  /** Records that the engine's next start has a job that waited in the one that died: it is not lost. */
  jobResubmitted(generation: number, key: number): void {
    const job = this.ledger.get(generation, key)
    const death = this.returning.deathOf(generation, key)
    // Without a death, after a restart of the engine by itself, nothing is on record.
    if (!job || !death) return
    const at = this.options.now()
    const record = this.toRecord(job, { ...death, resubmitted: true })
    const open = this.ledger.resubmitted(job, record.id)
    this.journal.append(
      [
        { type: 'job-failed', at, record, closes: null },
        { type: 'job-started', at, job: open },
      ],
      true,
    )
    this.store?.changed()
  }

  /** An engine was replaced between two jobs: that is no death, whichever its jobs have outlived before. */
  engineReplaced(generation: number): void {
    for (const job of this.ledger.list())
      if (job.generation === generation) this.returning.forget(generation, job.key)
  }

  /** Records that a job that had not begun does not come back, now or with the death that follows. */
  jobNotResubmitted(generation: number, key: number, reason: string, isOver: boolean): void {
    const error = { name: 'NotResubmitted', message: reason }
    if (!isOver) {
      this.returning.refuse(generation, key, error)
      return
    }
    const job = this.ledger.end(generation, key)
    if (!job) return
    const death = this.returning.deathOf(generation, key) ?? UNKNOWN_DEATH
    this.recordLost([job], () => ({ ...death, error, at: this.options.now() }))
  }

  /** Records the jobs that were kept for an engine which is not started, as their keeper died too: with the death before. */
  runnerDied(generation: number): readonly FailedJob[] {
    const at = this.options.now()
    const error = { name: 'NotResubmitted', message: 'the process that kept it for the next engine died' }
    return this.recordLost(this.closeJobs(generation), (job) => {
      const death = this.returning.deathOf(generation, job.key) ?? UNKNOWN_DEATH
      return { ...death, error, at }
    })
  }

  /**
   * Records the open jobs of a backend that died as lost. The records are on disk when this returns, if it
   * accepts any.
   * @param kept those that wait for the engine's next start, and stay open
   */
  backendDied(
    generation: number,
    death: JobDeath,
    kept: ReadonlySet<number> = new Set(),
  ): readonly FailedJob[] {
    const jobs = this.closeJobs(generation, kept)
    for (const key of kept) this.returning.keep(generation, key, death)
    return this.recordLost(jobs, ({ state, key }) => {
      const error = state === 'queued' ? this.returning.refusalOf(generation, key) : null
      return error ? { ...death, error } : death
    })
  }

  /** Ends the open jobs of a backend that was asked to stop. @returns those jobs: they were given up, not lost */
  backendStopped(generation: number): readonly OpenJob[] {
    const jobs = this.closeJobs(generation)
    if (jobs.length > 0)
      this.journal.append([{ type: 'backend-stopped', at: this.options.now(), generation }], true)
    return jobs
  }

  /**
   * True if marks need not wait: everything is on disk, or a newer version's journal keeps neither marks nor
   * records of this run.
   */
  get markable(): boolean {
    return this.journal.durable || this.journal.refused
  }

  /**
   * Marks records as received by Datadog. Unknown ids are ignored.
   * @returns true if that survives a power loss
   */
  markReported(ids: readonly string[]): boolean {
    const { failed } = this.journal.state
    const news = ids.filter((id) => failed.get(id)?.reported === false)
    if (news.length === 0) return true
    const entry = { type: 'reported', at: this.options.now(), ids: news } as const
    const isWritten = this.journal.append([entry], true)
    this.store?.changed()
    return isWritten || this.journal.refused
  }

  /**
   * Writes everything that is pending.
   * @returns true if all of it is on disk
   */
  flush(): boolean {
    this.unsettled.flush()
    const journaled = this.journal.sync()
    return (this.store?.flush() ?? true) && journaled
  }

  /**
   * Ends the records when the app quits. Jobs still open end by the user's will and are not counted as lost
   * at the next start.
   */
  stop(): void {
    clearInterval(this.ticking)
    for (const { generation } of this.ledger.list()) this.backendStopped(generation)
    this.flush()
    this.journal.stop()
    this.store?.stop()
  }

  private tick(): void {
    this.journal.maintain()
    this.takeInLate()
    const note = this.ledger.size === 0 ? null : this.alive.due(this.options.now())
    if (note) this.journal.append([note], false)
  }

  /** Takes in a part of the journal that could not be read at the start: its records are not lost. */
  private takeInLate(): void {
    const late = this.journal.readLate()
    if (!late) return
    const { log, now, newId = randomUUID } = this.options
    const { recovered } = entriesFromLastRun(late.state, this.list(), now(), newId)
    const records = [...missingIn(this.journal.state, [...late.state.failed.values()]), ...recovered]
    // Without the open jobs that they end: those are another run's, and may have the same id as one of this
    // run's.
    const entries = records.map(
      (record): JournalEntry => ({ type: 'job-failed', at: now(), record, closes: null }),
    )
    this.journal.adopt(late, entries)
    log.warn('part of the job journal could not be read at the start and now can: took it in', {
      records: records.length,
    })
    this.announce(recovered)
    this.store?.changed()
  }

  private opened(job: OpenJob | null, id: string): void {
    if (job) this.journal.append([{ type: 'job-started', at: this.options.now(), job }], false)
    else if (!this.warnedOfLimit) {
      this.warnedOfLimit = true
      this.options.log.warn('job not tracked: too many are open, or it has started already', {
        job: id,
        open: this.ledger.size,
      })
    }
  }

  private forget({ generation, key }: OpenJob): void {
    this.alive.forget({ generation, key })
    this.returning.forget(generation, key)
  }

  private over(job: OpenJob): void {
    const { generation, key } = job
    this.forget(job)
    this.journal.append([{ type: 'job-ended', at: this.options.now(), generation, key }], false)
  }

  private closeJobs(generation: number, kept?: ReadonlySet<number>): OpenJob[] {
    const jobs = this.ledger.close(generation, kept)
    for (const job of jobs) this.alive.forget(job)
    return jobs
  }

  /** Records jobs as lost, on disk if it accepts them. */
  private recordLost(jobs: readonly OpenJob[], deathOf: (job: OpenJob) => JobDeath): readonly FailedJob[] {
    if (jobs.length === 0) return []
    const at = this.options.now()
    const entries = jobs.map((job) => {
      const record = this.toRecord(job, deathOf(job))
      this.forget(job)
      return failure(at, record, job)
    })
    this.journal.append(entries, true)
    const records = entries.map(({ record }) => record)
    this.announce(records)
    return records
  }

  private toRecord(job: OpenJob, death: JobDeath): FailedJob {
    return toFailedJob(
      job,
      { ...death, ...appTags.recordedAt(death.at) },
      (this.options.newId ?? randomUUID)(),
    )
  }

  private settle(records: readonly FailedJob[]): void {
    this.journal.sync()
    this.announce(records)
  }

  private announce(records: readonly FailedJob[]): void {
    if (records.length === 0) return
    this.store?.changed()
    try {
      this.options.onFailed?.(records)
    } catch (error) {
      this.options.log.error('a listener for failed jobs threw an error', { error: errorMessage(error) })
    }
  }
}

function failure(at: number, record: FailedJob, { generation, key }: OpenJob) {
  return { type: 'job-failed', at, record, closes: { generation, key } } as const
}
