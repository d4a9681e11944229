import type { Cause } from '../cause'

/** One job that died or threw: what `failed-jobs.json` holds. Never the job's payload. */
export interface FailedJob {
  readonly schema: 1
  /** The record's own id. */
  readonly id: string
  /** What the backend calls the job. */
  readonly jobId: string
  readonly name: string | null
  readonly kind: string | null
  /** ISO 8601, UTC. */
  readonly startedAt: string
  /** ISO 8601, UTC; for `app-killed` the last sign of life before it. */
  readonly failedAt: string
  readonly durationMs: number
  /** 0 to 1, as last heard of. */
  readonly progress: number | null
  readonly cause: Cause
  /** Whether it was for want of memory. */
  readonly oom: boolean
  /** The death of the backend that took the job along; `null` when the job itself threw. */
  readonly incidentId: string | null
  readonly error: { readonly name: string; readonly message: string } | null
  /** As dd-trace writes them into logs: 32 hexadecimal digits, and a decimal number. */
  readonly traceId: string | null
  readonly spanId: string | null
  /** Whether Datadog has it. */
  readonly reported: boolean
}
