import * as v from 'valibot'
import type { ErrorSummary } from '../../protocol'
import type { Cause } from '../cause'
import type { FailedJob } from './failed-job'

const epochMs = v.pipe(v.number(), v.minValue(0), v.maxValue(8.64e15))
const count = v.pipe(v.number(), v.integer(), v.minValue(0))

export const OpenJobSchema = v.object({
  generation: count,
  key: count,
  id: v.string(),
  name: v.nullable(v.string()),
  kind: v.nullable(v.string()),
  startedAt: epochMs,
  progress: v.nullable(v.number()),
  traceId: v.nullable(v.string()),
  spanId: v.nullable(v.string()),
})

/**
 * A job that is running. `generation` counts the backend's starts within one run of the app, `key` is the
 * backend's own number for the job; together they are its identity. `startedAt` is milliseconds since the epoch.
 */
export type OpenJob = v.InferOutput<typeof OpenJobSchema>

/** How a job was lost. `at` is milliseconds since the epoch. */
export interface JobDeath {
  readonly at: number
  readonly cause: Cause
  readonly oom: boolean
  readonly incidentId: string | null
  readonly error: ErrorSummary | null
}

export function openJobKey(generation: number, key: number): string {
  return `${generation}:${key}`
}

/** The record of a job that died. A wall clock that was set back gives a duration of 0, not a negative one. */
export function toFailedJob(job: OpenJob, death: JobDeath, id: string): FailedJob {
  return {
    schema: 1,
    id,
    jobId: job.id,
    name: job.name,
    kind: job.kind,
    startedAt: new Date(job.startedAt).toISOString(),
    failedAt: new Date(death.at).toISOString(),
    durationMs: Math.max(0, death.at - job.startedAt),
    progress: job.progress,
    cause: death.cause,
    oom: death.oom,
    incidentId: death.incidentId,
    error: death.error,
    traceId: job.traceId,
    spanId: job.spanId,
    reported: false,
  }
}
