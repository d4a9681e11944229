import { JOB_SPAN, jobSpanTags, QUEUE_SPAN } from '../../../common/tracing/job-span-tags'
import { describeCause } from '../../backend/cause'
import type { FailedJob } from '../../records/jobs/failed-job'
import { derivedIds, linkTo, parseIds, type SpanIds } from './ids'
import { type Identity, type WireSpan, wireSpan } from './wire-span'

/** The job's own ids in its trace; derived ones if the backend was not traced. */
export function jobIds(job: FailedJob): SpanIds {
  return parseIds(job) ?? derivedIds(job.id)
}

/**
 * The span of a failed job, which no tracer has sent: as the backend would have sent it, with the reason, and
 * kept by any sampling.
 */
export function jobSpan(job: FailedJob, identity: Identity): WireSpan {
  const { cause, incidentId, state } = job
  const {
    'resource.name': resource = '',
    'span.type': type = '',
    ...tags
  } = jobSpanTags({ ...job, id: job.jobId })
  return wireSpan(
    {
      ids: jobIds(job),
      name: state === 'queued' ? QUEUE_SPAN : JOB_SPAN,
      resource,
      type,
      startMs: Date.parse(job.startedAt),
      endMs: Date.parse(job.failedAt),
      error: {
        type: job.error?.name ?? cause,
        message: job.error?.message ?? `the job was lost while it ${DOING[state]}: ${describeCause(cause)}`,
      },
      meta: {
        ...tags,
        'studio.job.state': 'failed',
        'studio.job.cause': cause,
        'studio.job.oom': String(job.oom),
        'studio.incident.id': incidentId,
        'error.stack': job.stack,
        'error.fingerprint': job.fingerprint,
        'studio.node.id': job.node?.id ?? null,
        'studio.node.type': job.node?.type ?? null,
        'studio.node.pack': job.node?.pack ?? null,
        'runtime-id': job.runtimeId,
      },
      metrics: {
        'studio.job.progress': job.progress,
        'studio.job.memory.peak': job.peakBytes,
        'studio.job.memory.growth': job.growthBytes,
      },
      links: incidentId === null ? [] : [linkTo(derivedIds(incidentId), { 'studio.link': 'incident' })],
    },
    { ...identity, version: job.version ?? identity.version, tags: { ...identity.tags, ...job.tags } },
  )
}

const DOING = { queued: 'waited', running: 'ran' } as const
