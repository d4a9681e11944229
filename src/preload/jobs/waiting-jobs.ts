import type { JobContext } from './job-context'
import type { QueueSpan } from './job-span'

export interface WaitingJob {
  readonly key: number
  readonly job: JobContext
  readonly span: QueueSpan
}

/** The jobs that were queued and have not begun, found by their context or else by their id. */
export class WaitingJobs {
  readonly #byContext = new Map<object, WaitingJob>()
  readonly #byId = new Map<string, Set<WaitingJob>>()

  get size(): number {
    return this.#byContext.size
  }

  has(context: object): boolean {
    return this.#byContext.has(context)
  }

  add(waiting: WaitingJob): void {
    const { context, id } = waiting.job
    this.#byContext.set(context, waiting)
    const sameId = this.#byId.get(id) ?? new Set()
    this.#byId.set(id, sameId.add(waiting))
  }

  /** Removes the job with this very context or, failing that, the oldest of those with this id. */
  take({ context, id }: JobContext): WaitingJob | null {
    const found = this.#byContext.get(context) ?? this.#byId.get(id)?.values().next().value
    if (!found) return null
    this.#byContext.delete(found.job.context)
    const sameId = this.#byId.get(found.job.id)
    sameId?.delete(found)
    if (sameId?.size === 0) this.#byId.delete(found.job.id)
    return found
  }
}
