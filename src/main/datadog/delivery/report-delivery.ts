import type { BackoffLimits } from '../../../common/timing/backoff'
import { Delivery } from './delivery'
import { type Report, ReportOutbox, type ReportOutboxOptions } from './report-outbox'

export interface ReportDeliveryOptions extends ReportOutboxOptions {
  /** 0 to 1. */
  readonly random: () => number
  readonly onBack?: () => void
  readonly backoff?: BackoffLimits
}

/** Brings incidents and failed jobs to Datadog as spans, also those of earlier runs of the app, each once. */
export class ReportDelivery extends Delivery<Report> {
  readonly #outbox: ReportOutbox

  constructor(options: ReportDeliveryOptions) {
    const outbox = new ReportOutbox(options)
    super({
      ...options,
      outbox,
      what: 'incidents and failed jobs',
      to: options.intake.name,
      whenRejected: 'tried again at the next start',
    })
    this.#outbox = outbox
  }

  /** Now and then: what waited for the disk goes on when the disk is back. */
  retry(): void {
    if (this.#outbox.held) this.wake()
  }
}
