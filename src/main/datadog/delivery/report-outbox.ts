import { sendGate } from '../../../common/privacy/send-gate'
import type { Log } from '../../logging/log'
import { isIncidentWithheld, isJobWithheld } from '../../records/consent/withheld'
import type { Incident } from '../../records/incidents/incident'
import type { IncidentStore } from '../../records/incidents/incident-store'
import type { FailedJob } from '../../records/jobs/failed-job'
import type { JobRecords } from '../../records/jobs/job-records'
import type { Intake } from '../intake/intake'
import { incidentSpan } from '../spans/incident-span'
import { jobSpan } from '../spans/job-span'
import type { PayloadLimits } from '../spans/payload'
import type { Identity, WireSpan } from '../spans/wire-span'
import type { Outbox, Sent } from './outbox'

/** Time limit of one request, in milliseconds: the Agent responds before it passes anything on. */
const TIMEOUT_MS = 10_000
/**
 * Oldest spans sent: the Agent accepts older ones, but Datadog does not (APM troubleshooting, data volume
 * guidelines).
 */
const DATADOG_TAKES_MS = 18 * 60 * 60 * 1_000
/** How far ahead of its own time Datadog takes a span (Datadog's documentation of the tracing API). */
const DATADOG_TAKES_AHEAD_MS = 2 * 60 * 60 * 1_000

/** A report to Datadog. Its content stays on disk, or with the journal, until it is sent. */
export interface Report {
  readonly kind: 'job' | 'incident'
  readonly id: string
  /** The time of the event, in the form of an incident's id: sorts by time. */
  readonly order: string
}

export interface ReportOutboxOptions {
  readonly jobs: Pick<JobRecords, 'list' | 'markReported' | 'markable'>
  readonly incidents: Pick<
    IncidentStore,
    'durable' | 'retry' | 'unreported' | 'unreportedOf' | 'markReported'
  >
  readonly identity: Identity
  readonly intake: Pick<Intake, 'name' | 'packSpans' | 'sendSpans'>
  readonly log: Log
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly timeoutMs?: number
  readonly limits?: PayloadLimits
}

/** The incidents and failed jobs that Datadog does not have yet. */
export class ReportOutbox implements Outbox<Report> {
  readonly #options: ReportOutboxOptions
  /**
   * Keys of the reports that the Agent rejected. Not on disk: the next start tries once more, perhaps with
   * another Agent.
   */
  readonly #refused = new Set<string>()
  #held = false
  #saidTooOld = false
  #saidTooNew = false

  constructor(options: ReportOutboxOptions) {
    this.#options = options
  }

  /** True if something waits for the disk and not for the Agent. */
  get held(): boolean {
    return this.#held
  }

  tidy(): void {
    this.#options.incidents.retry()
  }

  waiting(): readonly Report[] {
    const { jobs, incidents } = this.#options
    const known = [
      ...jobs
        .list()
        // One that was submitted again goes on, and has its spans from its own tracer.
        .filter((job) => !job.reported && !job.resubmitted && !isJobWithheld(job, sendGate))
        .map(reportOfJob),
      ...incidents
        .unreported()
        .filter((id) => !isIncidentWithheld(id, sendGate))
        .map((id): Report => ({ kind: 'incident', id, order: id })),
    ]
    this.#forgetRefused(known)
    const reports = known.filter((report) => !this.#refused.has(this.keyOf(report)))
    this.#held = reports.length > 0 && !(jobs.markable && incidents.durable)
    return this.#held ? [] : reports.sort((a, b) => (a.order < b.order ? -1 : Number(a.order > b.order)))
  }

  async send(reports: readonly Report[], signal: AbortSignal): Promise<Sent> {
    const { intake, limits, timeoutMs = TIMEOUT_MS } = this.#options
    const payload = intake.packSpans(this.#spans(reports), limits)
    const result =
      payload.spans === 0
        ? ({ outcome: 'empty' } as const)
        : await intake.sendSpans(payload, { timeoutMs, signal })
    return { count: payload.taken, result }
  }

  acknowledge(reports: readonly Report[], how: 'accepted' | 'rejected'): boolean {
    if (how === 'rejected') {
      for (const report of reports) this.#refused.add(this.keyOf(report))
      return true
    }
    this.#warnOfTime(reports)
    const idsOf = (wanted: Report['kind']) =>
      reports.filter(({ kind }) => kind === wanted).map(({ id }) => id)
    const { jobs, incidents } = this.#options
    const marks = [
      jobs.markReported(idsOf('job')),
      ...idsOf('incident').map((id) => incidents.markReported(id)),
    ]
    return marks.every((isWritten) => isWritten)
  }

  /** Forgets rejected reports that are no longer kept. */
  #forgetRefused(known: readonly Report[]): void {
    if (this.#refused.size === 0) return
    const keys = new Set(known.map((report) => this.keyOf(report)))
    for (const key of this.#refused) if (!keys.has(key)) this.#refused.delete(key)
  }

  keyOf({ kind, id }: Report): string {
    return `${kind} ${id}`
  }

  *#spans(reports: readonly Report[]): Generator<WireSpan | null> {
    const { identity, incidents } = this.#options
    const jobs = this.#options.jobs.list()
    for (const { kind, id } of reports) {
      if (kind === 'job') {
        const job = jobs.find((record) => record.id === id)
        yield job ? jobSpan(job, identity) : null
      } else {
        const incident = incidents.unreportedOf(id)
        const lost = jobs.filter((job) => job.incidentId === id && !job.resubmitted)
        const kept = new Set(lost.filter((job) => isJobWithheld(job, sendGate)))
        yield incident &&
          incidentSpan(
            withoutJobs(incident, kept),
            lost.filter((job) => !kept.has(job)),
            identity,
          )
      }
    }
  }

  /** Datadog confirms what it then does not show, so this is told here. */
  #warnOfTime(reports: readonly Report[]): void {
    const { now, log } = this.#options
    const orderAt = (ms: number) => orderOf(new Date(now() + ms).toISOString())
    if (!this.#saidTooOld && reports.some(({ order }) => order < orderAt(-DATADOG_TAKES_MS))) {
      this.#saidTooOld = true
      log.warn(
        'incidents and failed jobs of more than 18 hours ago were sent: Datadog shows no spans that old, only the records here do',
      )
    }
    if (!this.#saidTooNew && reports.some(({ order }) => order > orderAt(DATADOG_TAKES_AHEAD_MS))) {
      this.#saidTooNew = true
      log.warn(
        "incidents and failed jobs whose time is more than 2 hours ahead of this machine's clock were sent, for the clock was put back since: Datadog shows no such spans, only the records here do",
      )
    }
  }
}

/** An incident that says nothing of jobs that stay here. */
function withoutJobs(incident: Incident, kept: ReadonlySet<FailedJob>): Incident {
  const ids = new Set([...kept].map(({ jobId }) => jobId))
  return kept.size === 0 ? incident : { ...incident, jobIds: incident.jobIds.filter((id) => !ids.has(id)) }
}

function reportOfJob({ id, failedAt }: FailedJob): Report {
  return { kind: 'job', id, order: orderOf(failedAt) }
}

/** Formats `2026-11-23T20:11:55.512Z` as `20261123-201155-512`: before an incident of the same moment. */
function orderOf(iso: string): string {
  return iso.replaceAll(/[-:Z]/g, '').replaceAll(/[T.]/g, '-')
}
