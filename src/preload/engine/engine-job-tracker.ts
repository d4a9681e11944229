import type { Listing, Outcome } from './api/jobs'

export type JobEvent =
  | { readonly type: 'queued' | 'started'; readonly id: string }
  /** A running job ended. */
  | { readonly type: 'ended'; readonly id: string; readonly outcome: Outcome }
  /** A waiting job will not run. */
  | { readonly type: 'withdrawn'; readonly id: string }

/** A job that is no longer in the engine's listing: its outcome is in the history. */
export interface Missing {
  readonly id: string
  readonly was: JobState
}

type JobState = 'queued' | 'running'

/** Number of ended jobs remembered, to tell a job that came and went unseen from one that was seen. */
const REMEMBERED = 1_000

/** The outcome of jobs that the engine no longer knows: it keeps all of them in memory. */
const FORGOTTEN: Outcome = {
  state: 'failed',
  error: {
    type: 'EngineForgotJob',
    message: 'the engine no longer knows the job: it may have started itself anew',
    nodeId: null,
    nodeType: null,
  },
}

/** Tracks the engine's jobs from one listing to the next. Pure. */
export class EngineJobTracker {
  /** The open jobs, oldest first. */
  readonly #open = new Map<string, JobState>()
  readonly #over = new Set<string>()
  #seen = 0

  /** The number of jobs that wait or run. */
  get size(): number {
    return this.#open.size
  }

  /** The number of jobs seen so far, ended ones included. */
  get seen(): number {
    return this.#seen
  }

  isRunning(id: string): boolean {
    return this.#open.get(id) === 'running'
  }

  /**
   * The tracked jobs that are missing in a listing; nothing is concluded from a listing that was not read.
   */
  missing({ running, pending }: Listing): Missing[] {
    const listed = new Set([...running, ...pending])
    return [...this.#open].flatMap(([id, was]) => (listed.has(id) ? [] : { id, was }))
  }

  /**
   * Applies a listing and the outcomes of the jobs missing in it.
   * @returns the events in the order they happened
   * @param outcomes `null` for a job that is not in the engine's history
   */
  update(listing: Listing, outcomes: ReadonlyMap<string, Outcome | null>): JobEvent[] {
    const missing = this.missing(listing).filter(({ id }) => outcomes.has(id))
    // A running job leaves a trace in the history; both are missing only if the engine restarted itself.
    const forgets = missing.some(({ id, was }) => was === 'running' && !outcomes.get(id))
    return [
      ...missing.flatMap((job) => this.#end(job, outcomes.get(job.id) ?? null, forgets)),
      ...listing.running.flatMap((id) => this.#start(id)),
      ...listing.pending.flatMap((id) => this.#queue(id)),
    ]
  }

  /** Adds jobs of the history: those that came and went between two listings. */
  addEnded(outcomes: ReadonlyMap<string, Outcome>): JobEvent[] {
    return [...outcomes].flatMap(([id, outcome]) =>
      this.#open.has(id) || this.#over.has(id)
        ? []
        : [...this.#start(id), ...this.#end({ id, was: 'running' }, outcome, false)],
    )
  }

  /** Starts a job on the engine's own message that it runs. */
  start(id: string): JobEvent[] {
    return this.#open.get(id) === 'queued' ? this.#start(id) : []
  }

  #queue(id: string): JobEvent[] {
    if (this.#open.has(id)) return []
    this.#seen += 1
    this.#open.set(id, 'queued')
    return [{ type: 'queued', id }]
  }

  /** Starts a job, after a wait however short: it was submitted in any case. */
  #start(id: string): JobEvent[] {
    if (this.#open.get(id) === 'running') return []
    const queued = this.#queue(id)
    this.#open.set(id, 'running')
    return [...queued, { type: 'started', id }]
  }

  #end({ id, was }: Missing, outcome: Outcome | null, forgets: boolean): JobEvent[] {
    if (was === 'queued' && !outcome && !forgets) {
      this.#close(id)
      return [{ type: 'withdrawn', id }]
    }
    const started = this.#start(id)
    this.#close(id)
    return [...started, { type: 'ended', id, outcome: outcome ?? FORGOTTEN }]
  }

  #close(id: string): void {
    this.#open.delete(id)
    this.#over.add(id)
    const [oldest] = this.#over
    if (this.#over.size > REMEMBERED && oldest !== undefined) this.#over.delete(oldest)
  }
}
