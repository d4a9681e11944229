import type { BackendMessage } from '../../common/protocol/messages'
import type { UnsentTraces } from '../../common/tracing/dd-trace/flush'
import type { TraceReachability } from '../datadog/agent/trace-reachability'
import type { StudioMetrics } from '../datadog/metrics/studio-metrics'
import type { Log } from '../logging/log'
import type { JobRecords } from '../records/jobs/job-records'
import type { Records } from './record-keeper'

/** Who is told of what the backend's bootstrap says. */
export interface MessageReceivers {
  readonly log: Log
  readonly records: Records
  readonly metrics: StudioMetrics
  readonly traces: TraceReachability
  /** Sends spans that the backend could not send itself. */
  readonly sendTraces: (traces: UnsentTraces) => void
}

/** Passes one message of a backend's bootstrap on to those whom it concerns. */
export function receiveMessage(
  generation: number,
  message: BackendMessage,
  { log, records, metrics, traces, sendTraces }: MessageReceivers,
): void {
  recordJobMessage(records.jobs, generation, message)
  metrics.backendSays(message)
  switch (message.type) {
    case 'booted': {
      const { loadedBefore, codeCache } = message
      log.debug('the backend is traced', { loadedBefore, codeCache })
      break
    }
    case 'warning':
      // Its words, not main's.
      log.warn(message.message, { from: 'backend process' })
      break
    case 'unsent-traces':
      sendTraces(message)
      break
    case 'traces-delivery':
      traces.told(message.failure)
      break
    case 'profiles-written':
      records.profilesWritten()
  }
}

/** Records what the backend says of its jobs; messages about anything else are passed over. */
function recordJobMessage(jobs: JobRecords, generation: number, message: BackendMessage): void {
  switch (message.type) {
    case 'job-queued':
      jobs.jobQueued(generation, message)
      return
    case 'job-started':
      jobs.jobStarted(generation, message)
      return
    case 'job-progress':
      jobs.jobProgress(generation, message.key, message.progress)
      return
    case 'job-ended':
      jobs.jobEnded(generation, message)
      return
    case 'job-cancelled':
      jobs.jobCancelled(generation, message.key)
      return
    case 'job-resubmitted':
      jobs.jobResubmitted(generation, message.key)
      return
    case 'job-not-resubmitted':
      jobs.jobNotResubmitted(generation, message.key, message.reason, message.isOver)
  }
}
