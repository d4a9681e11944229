import type { Listing, Outcome } from './api/jobs'

export type JobEvent =
  | { readonly type: 'queued' | 'started'; readonly id: string }
  /** A job that ran is over. */
  | { readonly type: 'ended'; readonly id: string; readonly outcome: Outcome }
  /** A job that waited will not run. */
  | { readonly type: 'withdrawn'; readonly id: string }

/** A job that is in the engine's listing no more: how it ended stands in the history. */
export interface Missing {
  readonly id: string
  readonly was: JobState
}

type JobState = 'queued' | 'running'

/** So many ended jobs are remembered, to tell a job that came and went unseen from one that was seen. */
const REMEMBERED = 1_000

/** What became of the jobs that it was not told of: the engine keeps all of them in memory. */
const FORGOTTEN: Outcome = {
  state: 'failed',
  error: {
    type: 'EngineForgotJob',
    message: 'the engine no longer knows the job: it may have started itself anew',
    nodeId: null,
    nodeType: null,
  },
}

/** The engine's jobs as they are known from outside, from one listing to the next. Pure. */
export class EngineJobTracker {
  /** Oldest first. */
  readonly #open = new Map<string, JobState>()
  readonly #over = new Set<string>()
  #seen = 0

  /** How many jobs wait or run. */
  get size(): number {
    return this.#open.size
  }

  /** Jobs that have been seen so far, also those that are over. */
  get seen(): number {
    return this.#seen
  }

  isRunning(id: string): boolean {
    return this.#open.get(id) === 'running'
  }

  /** Jobs that are in the book and not in the listing; a listing was read before anything is concluded from it. */
  missing({ running, pending }: Listing): Missing[] {
    const listed = new Set([...running, ...pending])
    return [...this.#open].flatMap(([id, was]) => (listed.has(id) ? [] : { id, was }))
  }

  /**
   * Takes in a listing and what is known of those that are missing in it, in the order in which things happened.
   * @param outcomes `null` for a job that is not in the engine's history
   */
  update(listing: Listing, outcomes: ReadonlyMap<string, Outcome | null>): JobEvent[] {
    const missing = this.missing(listing).filter(({ id }) => outcomes.has(id))
    // A running job leaves its trace in the history; only an engine that started itself anew has neither.
    const forgets = missing.some(({ id, was }) => was === 'running' && !outcomes.get(id))
    return [
      ...missing.flatMap((job) => this.#end(job, outcomes.get(job.id) ?? null, forgets)),
      ...listing.running.flatMap((id) => this.#start(id)),
      ...listing.pending.flatMap((id) => this.#queue(id)),
    ]
  }

  /** Takes in jobs of the history: those that came and went between two listings. */
  addEnded(outcomes: ReadonlyMap<string, Outcome>): JobEvent[] {
    return [...outcomes].flatMap(([id, outcome]) =>
      this.#open.has(id) || this.#over.has(id)
        ? []
        : [...this.#start(id), ...this.#end({ id, was: 'running' }, outcome, false)],
    )
  }

  /** The engine says of its own accord that a job runs. */
  start(id: string): JobEvent[] {
    return this.#open.get(id) === 'queued' ? this.#start(id) : []
  }

  #queue(id: string): JobEvent[] {
    if (this.#open.has(id)) return []
    this.#seen += 1
    this.#open.set(id, 'queued')
    return [{ type: 'queued', id }]
  }

  /** Each job waits, be it for a moment: submitted it was in any case. */
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
