import type { JobTracker } from '../jobs/job-tracker'
import type { MonitorPort } from './monitor-port'

/** Notes on the spans of jobs what main has foretold of them. */
export function noteForecasts(port: Pick<MonitorPort, 'onMessage'>, jobs: JobTracker | null): void {
  port.onMessage((message) => {
    if (message.type === 'job-forecast') jobs?.foretell(message.key, message.expectedBytes, message.freeBytes)
  })
}
