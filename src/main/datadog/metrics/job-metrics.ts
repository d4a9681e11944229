import type { BackendMessage, JobStarted } from '../../../common/protocol/messages'
import type { FailedJob } from '../../records/jobs/failed-job'
import type { Metrics } from './metrics'
import type { TagValue } from './registry'

/** Times in milliseconds since the epoch; `null` for a job that never waited, and for one that still waits. */
interface OpenJob {
  readonly queuedAt: number | null
  readonly startedAt: number | null
}

/** Metrics of the jobs. Only one backend has jobs at a time, so their keys identify them. */
export class JobMetrics {
  readonly #open = new Map<number, OpenJob>()

  constructor(private readonly metrics: Metrics) {}

  /** Handles a message about a job; other messages are ignored. */
  message(message: BackendMessage): void {
    switch (message.type) {
      case 'job-queued':
        this.#open.set(message.key, { queuedAt: message.queuedAt, startedAt: null })
        return
      case 'job-started':
        this.#start(message)
        return
      case 'job-ended':
        // A job that failed has a record, and is counted by that.
        if (this.#open.has(message.key) && message.error === null)
          this.metrics.count('studio.jobs.completed', 1)
        this.#close(message.key, message.endedAt, message.error === null ? 'done' : null)
        return
      case 'job-resubmitted':
        this.metrics.count('studio.jobs.resubmitted', 1)
        return
      case 'job-not-resubmitted':
        // It has a record, and is counted by that.
        if (message.isOver) this.#open.delete(message.key)
        return
      case 'job-cancelled':
        if (this.#open.has(message.key)) this.metrics.count('studio.jobs.cancelled', 1)
        this.#close(message.key, message.cancelledAt, 'cancelled')
    }
  }

  /** Counts a job that has a record. */
  failed({ cause, durationMs, state }: Pick<FailedJob, 'cause' | 'durationMs' | 'state'>): void {
    this.metrics.count('studio.jobs.failed', 1, { cause })
    if (state === 'running') this.#took(durationMs, 'failed')
  }

  /**
   * Closes the jobs of a backend that is gone.
   * @param asked true if the user gave up its open jobs; otherwise they have records
   * @param kept the keys of the jobs that wait for its next start
   */
  backendEnded(asked: boolean, kept: ReadonlySet<number> = new Set()): void {
    if (asked && this.#open.size > 0) this.metrics.count('studio.jobs.cancelled', this.#open.size)
    for (const key of this.#open.keys()) if (!kept.has(key)) this.#open.delete(key)
  }

  sendOpen(): void {
    let running = 0
    for (const { startedAt } of this.#open.values()) if (startedAt !== null) running += 1
    this.metrics.gauge('studio.jobs.running', running)
    this.metrics.gauge('studio.jobs.queued', this.#open.size - running)
  }

  #start({ key, startedAt }: JobStarted): void {
    const queuedAt = this.#open.get(key)?.queuedAt ?? null
    this.#open.set(key, { queuedAt, startedAt })
    this.metrics.count('studio.jobs.started', 1)
    if (queuedAt !== null) this.metrics.distribution('studio.jobs.wait', seconds(startedAt - queuedAt))
  }

  /** @param end `null` if a record of the job counts it */
  #close(key: number, at: number, end: TagValue<'studio.jobs.duration', 'end'> | null): void {
    const startedAt = this.#open.get(key)?.startedAt ?? null
    this.#open.delete(key)
    if (startedAt !== null && end !== null) this.#took(at - startedAt, end)
  }

  #took(durationMs: number, end: TagValue<'studio.jobs.duration', 'end'>): void {
    this.metrics.distribution('studio.jobs.duration', seconds(durationMs), { end })
  }
}

/** Seconds, not negative: a wall clock that was set back gives 0. */
function seconds(ms: number): number {
  return Math.max(0, ms) / 1_000
}
