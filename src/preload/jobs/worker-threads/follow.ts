import { existsSync } from 'node:fs'
import path from 'node:path'
import { BroadcastChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import type { JobTracker } from '../job-tracker'
import { THREAD_JOBS, type ThreadMessage } from './messages'
import { preloadWorkers } from './started-workers'
import { ThreadJobs } from './thread-jobs'

/** The bundle of `thread.ts`. */
const THREAD_FILE = path.join(__dirname, 'job-thread.cjs')

/** Tracks the jobs of the worker threads that the backend starts from now on. */
export function followThreads(jobs: JobTracker): void {
  // Without it each of the backend's threads would end at once.
  if (!existsSync(THREAD_FILE)) throw new Error(`there is no ${THREAD_FILE}`)
  const threads = new ThreadJobs(jobs)
  const port = new BroadcastChannel(THREAD_JOBS)
  port.onmessage = (event) => threads.hear((event as { readonly data: ThreadMessage }).data)
  // It keeps the backend from ending no more than its threads do.
  port.unref()
  preloadWorkers(THREAD_FILE, (end) => {
    // Its last words may not have been heard yet.
    const read = () => receiveMessageOnPort(port as unknown as MessagePort)
    for (let word = read(); word; word = read()) threads.hear(word.message as ThreadMessage)
    threads.threadEnded(end)
  })
}
