import type { AgentAway } from '../datadog/agent/agent-away'
import { ReportDelivery } from '../datadog/delivery/report-delivery'
import { DirectIntake } from '../datadog/intake/direct-intake'
import type { Intake } from '../datadog/intake/intake'
import { ProfileDelivery } from '../datadog/profiles/delivery'
import type { Identity } from '../datadog/spans/wire-span'
import { SpanDelivery } from '../datadog/unsent/span-delivery'
import type { Log } from '../logging/log'
import type { IncidentStore } from '../records/incidents/incident-store'
import type { JobRecords } from '../records/jobs/job-records'
import type { ProfileStore } from '../records/profiles/profile-store'

export interface DeliveriesOptions {
  readonly intake: Intake
  /** The service and run as which incidents and failed jobs are reported; `null` when they are not. */
  readonly identity: Identity | null
  readonly jobs: JobRecords
  readonly incidents: IncidentStore
  readonly profiles: ProfileStore
  /** The folder of the spans that wait. */
  readonly unsentFolder: string
  readonly log: Log
  /** Tells of an Agent that nobody reaches; none where there is no Agent. */
  readonly away: AgentAway | undefined
}

/** All that is brought to Datadog by ourselves: what one of them is taken wakes the others. */
export class Deliveries {
  /** `null` where nothing takes profiles. */
  readonly #profiles: ProfileDelivery | null
  readonly #reports: ReportDelivery | null
  /** `null` where dd-trace sends its spans itself, to an Agent. */
  readonly #spans: SpanDelivery | null

  constructor({ intake, identity, jobs, incidents, profiles, unsentFolder, log, away }: DeliveriesOptions) {
    const shared = { log, away, random: Math.random, onBack: () => this.agentIsBack() }
    const { sendProfile, name: to } = intake
    this.#profiles = sendProfile && new ProfileDelivery({ ...shared, to, send: sendProfile, store: profiles })
    this.#reports =
      identity && new ReportDelivery({ ...shared, jobs, incidents, now: Date.now, intake, identity })
    this.#spans =
      intake instanceof DirectIntake
        ? new SpanDelivery({ ...shared, intake, folder: unsentFolder, now: Date.now })
        : null
  }

  /** Takes finished spans, as dd-trace has encoded them for an Agent that there is not. */
  takeSpans(payload: Uint8Array): void {
    this.#spans?.take(payload)
  }

  /** Drops the spans that the user's answer keeps here. */
  withhold(): void {
    this.#spans?.withhold()
  }

  /** Sends what waits, unless it is known that nobody takes it. */
  wake(): void {
    this.#profiles?.wake()
    this.#reports?.wake()
    this.#spans?.wake()
  }

  /** Resumes when the Agent accepts data again. */
  agentIsBack(): void {
    this.#profiles?.agentIsBack()
    this.#reports?.agentIsBack()
    this.#spans?.agentIsBack()
  }

  /** Tries again what a full disk has held up. */
  retry(): void {
    this.#reports?.retry()
  }

  /**
   * Sends what waits, as far as that goes within so many milliseconds.
   * @param spansFlushed settles when dd-trace has handed over its spans
   */
  async flush(deadlineMs: number, spansFlushed: Promise<void>): Promise<void> {
    await Promise.all([
      this.#profiles?.flush(deadlineMs),
      this.#reports?.flush(deadlineMs),
      spansFlushed.then(() => this.#spans?.flush(deadlineMs)),
    ])
  }

  /** Sends what it can within so many milliseconds; the rest waits on disk. */
  async stop(deadlineMs: number, spansFlushed: Promise<void>): Promise<void> {
    await Promise.all([
      this.#profiles?.stop(deadlineMs),
      this.#reports?.stop(deadlineMs),
      spansFlushed.then(() => this.#spans?.stop(deadlineMs)),
    ])
  }
}
