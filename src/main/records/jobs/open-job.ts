import * as v from 'valibot'
import type { EngineNode } from '../../../common/engine/engine-node'
import { type ErrorSummary, MAX_ID_LENGTH, MAX_NAME_LENGTH } from '../../../common/protocol/messages'
import { finite, textOf } from '../../../common/storage/schema'
import type { Tags } from '../../../common/tracing/app-tags'
import type { Cause } from '../../backend/cause'
import { type FailedJob, JOB_STATES } from './failed-job'

const epochMs = v.pipe(v.number(), v.minValue(0), v.maxValue(8.64e15))
const name = textOf(MAX_NAME_LENGTH)
const ownId = v.nullable(textOf(MAX_ID_LENGTH))
const count = v.pipe(v.number(), v.integer(), v.minValue(0))

export const OpenJobSchema = v.object({
  generation: count,
  key: count,
  id: name,
  name: v.nullable(name),
  kind: v.nullable(name),
  state: v.picklist(JOB_STATES),
  queuedAt: v.nullable(epochMs),
  startedAt: epochMs,
  progress: v.nullable(finite),
  traceId: ownId,
  spanId: ownId,
  parentId: ownId,
  runtimeId: ownId,
  version: v.nullable(name),
  /** The record that says that the job was submitted again; `null` for a job that never was. */
  recordId: v.optional(ownId, null),
})

/**
 * A job that waits or runs. `generation` counts the backend's starts within one run of the app, `key` is the
 * backend's own number for the job; together they identify it. Times are milliseconds since the epoch;
 * `startedAt` of one that waits is when it was queued.
 */
export type OpenJob = v.InferOutput<typeof OpenJobSchema>

/** The memory that a job of Studio's engine took, in bytes, and its node that failed, or ran. */
export interface EngineJobMemory {
  readonly node: EngineNode | null
  readonly peakBytes: number | null
  readonly growthBytes: number | null
}

const NOT_KNOWN: EngineJobMemory = { node: null, peakBytes: null, growthBytes: null }

/** The circumstances of a job's loss. `at` is milliseconds since the epoch. */
export interface JobDeath {
  readonly at: number
  readonly cause: Cause
  readonly oom: boolean
  readonly incidentId: string | null
  readonly error: ErrorSummary | null
  readonly stack?: string | null
  readonly fingerprint?: string
  /** True where the job was submitted again: it is not lost. */
  readonly resubmitted?: boolean
  /** The job of Studio's engine that is known to have run, and what it took; others that are lost have not begun. */
  readonly running?: (EngineJobMemory & { readonly jobId: string }) | null
  /** The tags of the app, and its user's, at that time. */
  readonly tags?: Tags
  /** True if its span is already on the way to Datadog. */
  readonly reported?: boolean
}

export function openJobKey(generation: number, key: number): string {
  return `${generation}:${key}`
}

/**
 * Makes the record of a job that died, in place of the one that says that it was submitted again. The duration is 0 for a job that had not begun, and for one during
 * which the wall clock was set back: it is never negative.
 */
export function toFailedJob(job: OpenJob, death: JobDeath, newId: string): FailedJob {
  const isRunning = job.state === 'running' && death.running?.jobId === job.id
  const { node, peakBytes, growthBytes } = (isRunning && death.running) || NOT_KNOWN
  return {
    schema: 1,
    id: job.recordId ?? newId,
    jobId: job.id,
    name: job.name,
    kind: job.kind,
    state: job.state,
    queuedAt: job.queuedAt === null ? null : new Date(job.queuedAt).toISOString(),
    startedAt: new Date(job.startedAt).toISOString(),
    failedAt: new Date(death.at).toISOString(),
    durationMs: job.state === 'queued' ? 0 : Math.max(0, death.at - job.startedAt),
    progress: job.progress,
    cause: death.cause,
    oom: death.oom,
    incidentId: death.incidentId,
    node,
    peakBytes,
    growthBytes,
    error: death.error,
    stack: death.stack ?? null,
    fingerprint: death.fingerprint ?? null,
    traceId: job.traceId,
    spanId: job.spanId,
    parentId: job.parentId,
    runtimeId: job.runtimeId,
    version: job.version,
    ...(death.tags && { tags: death.tags }),
    resubmitted: death.resubmitted ?? false,
    reported: death.reported ?? false,
  }
}
