import type { JobEnded, JobQueued, JobStarted } from '../../../../common/protocol/messages'
import type { FailedJob } from '../failed-job'
import type { JournalEntry } from '../journal-entry'
import type { JobDeath, OpenJob } from '../open-job'

/** 2026-01-02T03:04:05Z, in milliseconds since the epoch. */
export const T0 = Date.UTC(2026, 0, 2, 3, 4, 5)

export function queued(key: number, over: Partial<JobQueued> = {}): JobQueued {
  return { type: 'job-queued', ...named(key), spanId: '455', queuedAt: T0, ...over }
}

export function started(key: number, over: Partial<JobStarted> = {}): JobStarted {
  return { type: 'job-started', ...named(key), startedAt: T0, ...over }
}

function named(key: number) {
  const ids = { traceId: '123', spanId: '456', parentId: '78', runtimeId: 'r-1', version: '1.2.3' }
  return { key, id: `job-${key}`, name: 'upscale', kind: 'image', ...ids }
}

export function ended(key: number, over: Partial<JobEnded> = {}): JobEnded {
  return {
    type: 'job-ended',
    key,
    endedAt: T0 + 1_000,
    progress: null,
    error: null,
    stack: null,
    spanSent: false,
    ...over,
  }
}

export function openJob(key: number, over: Partial<OpenJob> = {}): OpenJob {
  const { type: _, ...job } = started(key)
  return { generation: 1, state: 'running', queuedAt: null, progress: null, recordId: null, ...job, ...over }
}

export const OOM: JobDeath = {
  at: T0 + 5_000,
  cause: 'heap-out-of-memory',
  oom: true,
  incidentId: 'incident-1',
  error: null,
}

/** A record of about the usual size; `n` orders them in time. */
export function failedJob(n: number, over: Partial<FailedJob> = {}): FailedJob {
  return {
    schema: 1,
    id: `record-${n}`,
    jobId: `job-${n}`,
    name: 'größer rechnen',
    kind: 'image',
    state: 'running',
    queuedAt: null,
    startedAt: new Date(T0).toISOString(),
    failedAt: new Date(T0 + n).toISOString(),
    durationMs: n,
    progress: 0.5,
    cause: 'job-error',
    oom: false,
    incidentId: null,
    node: null,
    peakBytes: null,
    growthBytes: null,
    error: { name: 'Error', message: `it broke\nin "${n}"` },
    stack: null,
    fingerprint: null,
    traceId: '1234567890',
    spanId: '987654321',
    parentId: null,
    runtimeId: null,
    version: null,
    resubmitted: false,
    reported: false,
    ...over,
  }
}

export function failedEntry(n: number, over: Partial<FailedJob> = {}): JournalEntry {
  return { type: 'job-failed', at: T0 + n, record: failedJob(n, over), closes: null }
}

export function ids(records: Iterable<FailedJob>): string[] {
  return [...records].map(({ id }) => id)
}
