import { channel, tracingChannel } from 'node:diagnostics_channel'

/** What whoever listens to the channels gets; `progress` is 0..1 and grows while the job runs. */
export interface JobContext {
  readonly id: string
  readonly name: string
  readonly kind: string
  progress: number
}

/** The run of a job, from its start to its end. */
export const jobChannel = tracingChannel<unknown, JobContext>('studio.job')

const queued = channel('studio.job.queued')
const cancelled = channel('studio.job.cancelled')

/** The job was accepted; in the caller's context, wherever it runs later. */
export function announceQueued(job: JobContext): void {
  queued.publish(job)
}

/** The user does not want the job, which waits or runs. */
export function announceCancelled(job: JobContext): void {
  cancelled.publish(job)
}
