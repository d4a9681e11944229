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

  get(context: object): WaitingJob | null {
    return this.#byContext.get(context) ?? null
  }

  /** Removes all others. @returns those that were kept, oldest first */
  keep(contexts: ReadonlySet<object>): readonly WaitingJob[] {
    for (const context of [...this.#byContext.keys()]) if (!contexts.has(context)) this.remove(context)
    return [...this.#byContext.values()]
  }

  remove(context: object): void {
    const found = this.#byContext.get(context)
    if (found) this.#delete(found)
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
    if (found) this.#delete(found)
    return found ?? null
  }

  /** Removes all. @returns those that waited, oldest first */
  takeAll(): readonly WaitingJob[] {
    const all = [...this.#byContext.values()]
    this.#byContext.clear()
    this.#byId.clear()
    return all
  }

  #delete(waiting: WaitingJob): void {
    const { context, id } = waiting.job
    this.#byContext.delete(context)
    const sameId = this.#byId.get(id)
    sameId?.delete(waiting)
    if (sameId?.size === 0) this.#byId.delete(id)
  }
}
