import type { BackendMessage } from '../../../common/protocol/messages'
import type { JobRecords } from './job-records'

/** Records a message about a job; other messages are ignored. */
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
