import type { EngineNode } from '../../../common/engine/engine-node'
import type { Tags } from '../../../common/tracing/app-tags'
import type { Cause } from '../../backend/cause'

/** One job that died or threw: an entry of `failed-jobs.json`. Never the job's payload. */
export interface FailedJob {
  readonly schema: 1
  /** The record's own id. */
  readonly id: string
  /** The backend's own id for the job. */
  readonly jobId: string
  readonly name: string | null
  readonly kind: string | null
  /** The state when it was lost: a job that was `queued` had not begun. */
  readonly state: JobState
  /** ISO 8601, UTC; `null` for a job that did not wait, as far as is known. */
  readonly queuedAt: string | null
  /** ISO 8601, UTC; for a job that had not begun, the time when it was queued. */
  readonly startedAt: string
  /** ISO 8601, UTC; for `app-killed` the last sign of life before it. */
  readonly failedAt: string
  /** The time it ran: 0 for a job that had not begun. */
  readonly durationMs: number
  /** The last known progress, from 0 to 1. */
  readonly progress: number | null
  readonly cause: Cause
  /** True if it was due to a lack of memory. */
  readonly oom: boolean
  /** The death of the backend that the job was lost with; `null` if the job itself threw. */
  readonly incidentId: string | null
  /** The node of Studio's engine that failed, or ran when the job was lost; `null` elsewhere, and where it is not known. */
  readonly node: EngineNode | null
  /** Largest resident set of Studio's engine while the job ran, in bytes; `null` elsewhere. */
  readonly peakBytes: number | null
  /** How much more the engine held for it, in bytes; less than 0 where it freed more than it took. */
  readonly growthBytes: number | null
  readonly error: { readonly name: string; readonly message: string } | null
  /** The stack of the error, the job's own or that of the death which it was lost with; `null` without one. */
  readonly stack: string | null
  /** That of the death which it was lost with; `null` for a job that threw. */
  readonly fingerprint: string | null
  /** The ids as dd-trace writes them into logs: 32 hexadecimal digits, and decimal numbers. */
  readonly traceId: string | null
  /** Its span `studio.job` or, for a job that had not begun, `studio.job.queue`. No tracer has sent it. */
  readonly spanId: string | null
  /** The parent of the span; `null` for none, or if unknown. */
  readonly parentId: string | null
  /** The `runtime-id` tag of the spans, metrics and profiles of the backend that had the job. */
  readonly runtimeId: string | null
  /** The `DD_VERSION` that had the job: another may report it. */
  readonly version: string | null
  /** The tags of the app, and its user's, at that time. */
  readonly tags?: Tags
  /**
   * True for a job that had not begun when the engine died, and was submitted again to the next one: it has not failed. Should
   * it be lost later, or fail, this record is replaced by that.
   */
  readonly resubmitted: boolean
  /** True if Datadog has it. */
  readonly reported: boolean
}

/** The states of an open job. */
export const JOB_STATES = ['queued', 'running'] as const
export type JobState = (typeof JOB_STATES)[number]
