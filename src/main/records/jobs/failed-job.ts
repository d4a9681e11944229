import type { Cause } from '../../backend/cause'

/** One job that died or threw: what `failed-jobs.json` holds. Never the job's payload. */
export interface FailedJob {
  readonly schema: 1
  /** The record's own id. */
  readonly id: string
  /** What the backend calls the job. */
  readonly jobId: string
  readonly name: string | null
  readonly kind: string | null
  /** What the job was doing when it was lost: one that was `queued` had not begun. */
  readonly state: JobState
  /** ISO 8601, UTC; `null` for a job that did not wait, as far as is known. */
  readonly queuedAt: string | null
  /** ISO 8601, UTC; for a job that had not begun the time when it was queued. */
  readonly startedAt: string
  /** ISO 8601, UTC; for `app-killed` the last sign of life before it. */
  readonly failedAt: string
  /** How long it ran: 0 for a job that had not begun. */
  readonly durationMs: number
  /** 0 to 1, as last heard of. */
  readonly progress: number | null
  readonly cause: Cause
  /** Whether it was for want of memory. */
  readonly oom: boolean
  /** The death of the backend that took the job along; `null` when the job itself threw. */
  readonly incidentId: string | null
  readonly error: { readonly name: string; readonly message: string } | null
  /** Where the error was thrown; `null` for one that is not the job's own. */
  readonly stack: string | null
  /** As dd-trace writes them into logs: 32 hexadecimal digits, and decimal numbers. */
  readonly traceId: string | null
  /** Its span `studio.job`; of a job that had not begun `studio.job.queue`. No tracer has sent it. */
  readonly spanId: string | null
  /** What the span is a child of; `null` for a span without a parent, or when it is not known. */
  readonly parentId: string | null
  /** As dd-trace tags the spans, metrics and profiles of the backend that had the job. */
  readonly runtimeId: string | null
  /** Which `DD_VERSION` had the job: another may report it. */
  readonly version: string | null
  /** Whether Datadog has it. */
  readonly reported: boolean
}

/** What an open job is doing. */
export const JOB_STATES = ['queued', 'running'] as const
export type JobState = (typeof JOB_STATES)[number]
