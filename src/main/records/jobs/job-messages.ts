import type { BackendMessage } from '../../../common/protocol/messages'
import type { JobRecords } from './job-records'

/** Records what the backend says of its jobs; messages about anything else are passed over. */
export function recordJobMessage(jobs: JobRecords, generation: number, message: BackendMessage): void {
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
  }
}
