/** The span of a running job; a child of what was active when it was queued or, if it was not, started. */
export const JOB_SPAN = 'studio.job'
/**
 * The span of a waiting job, from when it was accepted until it runs or is cancelled. The job's span is its
 * sibling or, without a parent, its child.
 */
export const QUEUE_SPAN = 'studio.job.queue'
/** The span of a node of the Python engine's, a child of its job's. */
export const NODE_SPAN = 'studio.node'

/** The outcome of a job, as in the tag `studio.job.state`. */
export type JobEndState = 'done' | 'failed' | 'cancelled'

/** The tags that both of a job's spans have, whichever process sends them. */
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
    // Datadog keeps statistics for each resource: a name is the user's and may be any.
    'resource.name': kind ?? 'job',
    'span.type': 'worker',
    'span.kind': 'consumer',
    'studio.job.id': id,
    ...(name === null ? {} : { 'studio.job.name': name }),
    ...(kind === null ? {} : { 'studio.job.kind': kind }),
  }
}
