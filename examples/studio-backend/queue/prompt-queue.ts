import { AsyncResource } from 'node:async_hooks'
import { announceCancelled, announceQueued } from './job-channels'
import type { Outcome, Submission } from './outcome'

/** Most waiting prompts; more are rejected. */
export const MAX_PENDING = 1_000
/** Ended prompts that are remembered; the oldest are dropped first. */
export const MAX_HISTORY = 1_000

export interface Ended extends Submission {
  readonly outcome: Outcome
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly endedAt: number
}

export type Run = (signal: AbortSignal) => Promise<Outcome>

interface Waiting {
  readonly submission: Submission
  readonly run: Run
}

interface Running {
  readonly submission: Submission
  readonly startedAt: number
  readonly abort: AbortController
}

/** Runs prompts one after the other, lowest number first, and remembers their outcomes. */
export class PromptQueue {
  #waiting: Waiting[] = []
  #running: Running | null = null
  #stopped = false
  readonly #history = new Map<string, Ended>()
  readonly #changed: () => void
  readonly #now: () => number
  readonly #drain: () => void

  /**
   * @param changed called whenever a prompt came, started or ended
   * @param now in milliseconds since the epoch
   */
  constructor(changed: () => void, now: () => number) {
    this.#changed = changed
    this.#now = now
    // The worker belongs to no request; bound here, it does not inherit the one that happens to wake it.
    this.#drain = AsyncResource.bind(() => void this.#work())
  }

  get pending(): readonly Submission[] {
    return this.#waiting.map(({ submission }) => submission)
  }

  get running(): { readonly submission: Submission; readonly startedAt: number } | null {
    return this.#running
  }

  /** The ended prompts, oldest first. */
  get history(): ReadonlyMap<string, Ended> {
    return this.#history
  }

  get remaining(): number {
    return this.#waiting.length + (this.#running ? 1 : 0)
  }

  has(id: string): boolean {
    return this.#running?.submission.id === id || this.#waiting.some(({ submission }) => submission.id === id)
  }

  /** Queues a prompt. Returns `false` if the queue is full or has been stopped. `run` must not reject. */
  submit(submission: Submission, run: Run): boolean {
    if (this.#stopped || this.#waiting.length >= MAX_PENDING) return false
    const after = this.#waiting.findIndex((other) => other.submission.number > submission.number)
    this.#waiting.splice(after === -1 ? this.#waiting.length : after, 0, { submission, run })
    announceQueued(submission.job)
    this.#changed()
    if (!this.#running) this.#drain()
    return true
  }

  /** Interrupts the running prompt; with an `id`, only if it is that one. */
  interrupt(id?: string): void {
    if (id === undefined || this.#running?.submission.id === id) this.#running?.abort.abort()
  }

  /** Removes waiting prompts: those with these ids, or all. */
  remove(ids: readonly string[] | 'all'): void {
    const dropped = ({ submission }: Waiting) => ids === 'all' || ids.includes(submission.id)
    for (const { submission } of this.#waiting.filter(dropped)) announceCancelled(submission.job)
    this.#waiting = this.#waiting.filter((waiting) => !dropped(waiting))
    this.#changed()
  }

  /** Accepts no more prompts and abandons those it has. */
  stop(): void {
    this.#stopped = true
    this.remove('all')
    this.interrupt()
  }

  async #work(): Promise<void> {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      const { submission, run } = next
      const running = { submission, startedAt: this.#now(), abort: new AbortController() }
      this.#running = running
      this.#changed()
      const outcome = await run(running.abort.signal)
      this.#remember({ ...submission, outcome, startedAt: running.startedAt, endedAt: this.#now() })
      this.#running = null
      this.#changed()
    }
  }

  #remember(ended: Ended): void {
    this.#history.delete(ended.id)
    this.#history.set(ended.id, ended)
    const oldest = this.#history.keys().next()
    if (this.#history.size > MAX_HISTORY && !oldest.done) this.#history.delete(oldest.value)
  }
}
