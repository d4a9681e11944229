import type { JobTracker } from '../job-tracker'
import type { ThreadMessage } from './messages'
import type { WorkerEnd } from './started-workers'
import { thrownAgain } from './thrown'

/** A job of a worker thread, as the tracker knows jobs: by an object. */
interface Context {
  readonly id: string
  readonly name: string | null
  readonly kind: string | null
  progress?: number
  error?: unknown
}

type Tracker = Pick<JobTracker, 'queue' | 'start' | 'cancel' | 'end' | 'warnOnce'>
type JobMessage = Exclude<ThreadMessage, { type: 'thread-started' | 'thread-ended' | 'ignored' }>

/** Tracks the jobs that the worker threads tell of, beside those of the main thread. */
export class ThreadJobs {
  readonly #jobs: Tracker
  /** The jobs that run, by thread and by the thread's number of each. */
  readonly #running = new Map<number, Map<number, Context>>()
  /** The threads below each thread that has started some. */
  readonly #below = new Map<number, Set<number>>()

  constructor(jobs: Tracker) {
    this.#jobs = jobs
  }

  hear(message: ThreadMessage): void {
    const { thread } = message
    switch (message.type) {
      case 'thread-started':
        this.#below.set(message.parent, (this.#below.get(message.parent) ?? new Set()).add(thread))
        break
      case 'thread-ended':
        this.threadEnded(message)
        break
      case 'ignored':
        this.#jobs.warnOnce(
          `a ${message.channel} context of a worker thread was ignored: it must be a fresh object { id, name?, kind? } with an id`,
        )
        break
      default:
        this.#hear(message)
    }
  }

  #hear(message: JobMessage): void {
    const { thread } = message
    const jobs = this.#running.get(thread) ?? new Map<number, Context>()
    this.#running.set(thread, jobs)
    const context = message.job === null ? undefined : jobs.get(message.job)
    switch (message.type) {
      case 'queued': {
        // It may run in another thread: the tracker finds it by its id.
        const { id, name, kind } = message
        this.#jobs.queue({ id, name, kind })
        break
      }
      case 'started': {
        const { id, name, kind } = message
        const begun = { id, name, kind }
        jobs.set(message.job, begun)
        this.#jobs.start(begun)
        break
      }
      case 'progress':
        if (context) context.progress = message.progress
        break
      case 'cancelled':
        // One that runs says when it ends.
        this.#jobs.cancel(context ?? { id: message.id })
        break
      case 'ended':
        if (!context) break
        jobs.delete(message.job)
        if (message.progress !== null) context.progress = message.progress
        if (message.error) context.error = thrownAgain(message.error)
        this.#jobs.end(context)
    }
  }

  /** Has the jobs that ran in a thread which has ended fail, and in those below it; what waited there may run elsewhere. */
  threadEnded({ thread, exitCode, error }: WorkerEnd): void {
    for (const context of this.#running.get(thread)?.values() ?? []) {
      context.error = error
        ? thrownAgain(error)
        : new Error(`the worker thread that the job ran in has ended with code ${exitCode}`)
      this.#jobs.end(context)
    }
    this.#running.delete(thread)
    const below = this.#below.get(thread) ?? []
    this.#below.delete(thread)
    for (const child of below) this.threadEnded({ thread: child, exitCode, error: null })
  }
}
