import { channel, tracingChannel } from 'node:diagnostics_channel'

/** The context that subscribers get; `progress` grows from 0 to 1 while the job runs. */
export interface JobContext {
  readonly id: string
  readonly name: string
  readonly kind: string
  progress: number
}

/** The channel of a job's run, from its start to its end. */
export const jobChannel = tracingChannel<unknown, JobContext>('studio.job')

const queued = channel('studio.job.queued')
const cancelled = channel('studio.job.cancelled')

/** Announces that the job was accepted, in the caller's context, wherever it runs later. */
export function announceQueued(job: JobContext): void {
  queued.publish(job)
}

/** Announces that the user cancelled the job, which waits or runs. */
export function announceCancelled(job: JobContext): void {
  cancelled.publish(job)
}
