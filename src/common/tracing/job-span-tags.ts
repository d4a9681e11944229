/** A job that runs; a child of what was active when it was queued or, if it was not, started. */
export const JOB_SPAN = 'studio.job'
/** A job that waits, from when it was accepted until it runs or is cancelled. Its sibling, or without a parent its child, is the job's span. */
export const QUEUE_SPAN = 'studio.job.queue'

/** How a job came to its end, as the tag `studio.job.state` says it. */
export type JobEndState = 'done' | 'failed' | 'cancelled'

/** What both of a job's spans say of it, whichever process sends them. */
export function jobSpanTags({
  id,
  name,
  kind,
}: {
  readonly id: string
  readonly name: string | null
  readonly kind: string | null
}): Record<string, string> {
  return {
    'resource.name': name ?? kind ?? 'job',
    'span.type': 'worker',
    'studio.job.id': id,
    ...(kind === null ? {} : { 'studio.job.kind': kind }),
  }
}
