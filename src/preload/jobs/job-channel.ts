import { channel, tracingChannel } from 'node:diagnostics_channel'
import { bindActiveSpan } from '../../common/tracing/dd-trace/active-span'
import { hasField } from './job-context'
import { JobTracker, type JobTrackerOptions } from './job-tracker'

/**
 * Tracks the jobs that a backend publishes on `tracingChannel('studio.job')` and, if it has a queue, on the
 * channels `studio.job.queued` and `studio.job.cancelled`: spans for the wait and for the job, the latter
 * active while the job runs, and a message to main for each change.
 */
export function trackJobs(options: JobTrackerOptions): JobTracker {
  const jobs = new JobTracker(options)
  /** The context whose start is being published: to the binding first, then to the subscription. */
  let starting: unknown

  const running = tracingChannel<unknown, object>('studio.job')
  const spanOf = (context: unknown) => {
    starting = context
    return jobs.start(context)
  }
  if (options.tracer) bindActiveSpan(running.start, spanOf, (message) => jobs.warnOnce(message))
  running.subscribe({
    start: (context) => {
      if (context !== starting) jobs.start(context)
      starting = undefined
    },
    // A synchronous job, or one that threw before it returned a promise, ends here; others go on.
    end: (context) => {
      if (hasField(context, 'result') || hasField(context, 'error')) jobs.end(context)
    },
    asyncStart: () => {},
    asyncEnd: (context) => jobs.end(context),
    error: () => {},
  })
  channel('studio.job.queued').subscribe((context) => jobs.queue(context))
  channel('studio.job.cancelled').subscribe((context) => jobs.cancel(context))
  return jobs
}
