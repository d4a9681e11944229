import type { BackoffLimits } from '../../../common/timing/backoff'
import type { AgentAway } from '../agent/agent-away'
import { Delivery } from './delivery'
import { type Report, ReportOutbox, type ReportOutboxOptions } from './report-outbox'

export interface ReportDeliveryOptions extends ReportOutboxOptions {
  /** A random number from 0 to 1. */
  readonly random: () => number
  readonly onBack?: () => void
  readonly away?: AgentAway | undefined
  readonly backoff?: BackoffLimits
}

/** Sends incidents and failed jobs to Datadog as spans, each once, also those of earlier runs of the app. */
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

  /** Retries what waited for the disk; call it now and then. */
  retry(): void {
    if (this.#outbox.held) this.wake()
  }
}
