import type { JobTracker } from '../job-tracker'
import type { ThreadMessage } from './messages'
import type { WorkerEnd } from './started-workers'
import { thrownAgain } from './thrown'

/** A job of a worker thread, as the tracker knows jobs: by an object. */
interface Context {
  readonly id: string
  readonly name: string | null
  readonly kind: string | null
  isRunning: boolean
  progress?: number
  error?: unknown
}

/** Tracks the jobs that the worker threads tell of, beside those of the main thread. */
export class ThreadJobs {
  readonly #jobs: Pick<JobTracker, 'queue' | 'start' | 'cancel' | 'end'>
  readonly #open = new Map<number, Map<number, Context>>()

  constructor(jobs: Pick<JobTracker, 'queue' | 'start' | 'cancel' | 'end'>) {
    this.#jobs = jobs
  }

  hear(message: ThreadMessage): void {
    if (message.type === 'thread-ended') this.threadEnded(message)
    else this.#hear(message)
  }

  #hear(message: Exclude<ThreadMessage, { type: 'thread-ended' }>): void {
    const { thread } = message
    const jobs = this.#open.get(thread) ?? new Map<number, Context>()
    this.#open.set(thread, jobs)
    const context = message.job === null ? undefined : jobs.get(message.job)
    switch (message.type) {
      case 'queued':
      case 'started': {
        const { id, name, kind } = message
        const begun = context ?? { id, name, kind, isRunning: false }
        jobs.set(message.job, begun)
        begun.isRunning = message.type === 'started'
        if (begun.isRunning) this.#jobs.start(begun)
        else this.#jobs.queue(begun)
        break
      }
      case 'progress':
        if (context) context.progress = message.progress
        break
      case 'cancelled':
        this.#jobs.cancel(context ?? { id: message.id })
        // One that runs says when it ends.
        if (message.job !== null && !context?.isRunning) jobs.delete(message.job)
        break
      case 'ended':
        if (!context) break
        jobs.delete(message.job)
        if (message.progress !== null) context.progress = message.progress
        if (message.error) context.error = thrownAgain(message.error)
        this.#jobs.end(context)
    }
  }

  /** Has the jobs that ran in a thread which has ended fail; those that waited there may run elsewhere. */
  threadEnded({ thread, exitCode, error }: WorkerEnd): void {
    for (const context of this.#open.get(thread)?.values() ?? []) {
      context.error = error
        ? thrownAgain(error)
        : new Error(`the worker thread that the job ran in has ended with code ${exitCode}`)
      this.#jobs.end(context)
    }
    this.#open.delete(thread)
  }
}
