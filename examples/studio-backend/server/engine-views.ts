import type { Submission } from '../queue/outcome'
import type { Ended, PromptQueue } from '../queue/prompt-queue'

/** The job statuses in the engine's views of its queue, history and jobs. */

const JOB_STATUSES = ['pending', 'in_progress', 'completed', 'failed', 'cancelled'] as const
type JobStatus = (typeof JOB_STATUSES)[number]

export function isJobStatus(value: string): value is JobStatus {
  return JOB_STATUSES.some((status) => status === value)
}

export function queueView(queue: PromptQueue) {
  return {
    queue_running: queue.running ? [promptView(queue.running.submission)] : [],
    queue_pending: queue.pending.map(promptView),
  }
}

/** The newest `maxItems` of the history, oldest first. */
export function historyView(queue: PromptQueue, maxItems: number) {
  const newest = [...queue.history.values()].slice(-maxItems)
  return Object.fromEntries(newest.map((ended) => [ended.id, endedView(ended)]))
}

export function endedView({ outcome, ...submission }: Ended) {
  return {
    prompt: promptView(submission),
    outputs: outcome.outputs,
    status: {
      status_str: outcome.status === 'success' ? 'success' : 'error',
      completed: outcome.status === 'success',
      messages: outcome.frames.map(({ type, data }) => [type, data]),
    },
    meta: {},
  }
}

/** The jobs with these statuses, newest first. */
export function jobsView(queue: PromptQueue, statuses: readonly JobStatus[], offset: number, limit: number) {
  const wanted = allJobs(queue)
    .filter((job) => statuses.length === 0 || statuses.includes(job.status))
    .sort((a, b) => b.create_time - a.create_time)
  const jobs = wanted.slice(offset, offset + limit)
  const has_more = offset + jobs.length < wanted.length
  return { jobs, pagination: { offset, limit, total: wanted.length, has_more } }
}

function allJobs(queue: PromptQueue) {
  const { running } = queue
  return [
    ...queue.pending.map((submission) => jobView(submission, 'pending', null, null, 0)),
    ...(running ? [jobView(running.submission, 'in_progress', running.startedAt, null, 0)] : []),
    ...[...queue.history.values()].map((ended) =>
      jobView(
        ended,
        endedStatus(ended),
        ended.startedAt,
        ended.endedAt,
        Object.keys(ended.outcome.outputs).length,
      ),
    ),
  ]
}

function jobView(
  submission: Submission,
  status: JobStatus,
  execution_start_time: number | null,
  execution_end_time: number | null,
  outputs_count: number,
) {
  const { id, number: priority, createdAt: create_time } = submission
  return { id, status, priority, create_time, execution_start_time, execution_end_time, outputs_count }
}

function endedStatus({ outcome }: Ended): JobStatus {
  switch (outcome.status) {
    case 'success':
      return 'completed'
    case 'error':
      return 'failed'
    case 'interrupted':
      return 'cancelled'
  }
}

function promptView({ number, id, prompt, extraData, outputIds }: Submission) {
  return [number, id, prompt, extraData, outputIds]
}
