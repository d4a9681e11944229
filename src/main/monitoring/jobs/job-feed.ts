import type { BackendMessage } from '../../../common/protocol/messages'
import type { JobEvent, JobEventState } from './job-event'

/** Follows the jobs of one backend after the other by what it says, for whoever shows them. */
export class JobFeed {
  readonly #open = new Map<number, JobEvent>()

  constructor(private readonly now: () => number) {}

  /** The jobs that wait or run, oldest first. */
  get open(): readonly JobEvent[] {
    return [...this.#open.values()]
  }

  /** @returns the news in a message; `null` where it has none */
  hear(message: BackendMessage): JobEvent | null {
    switch (message.type) {
      case 'job-queued':
      case 'job-started': {
        const { id, name, kind, key } = message
        const state = message.type === 'job-queued' ? 'queued' : 'running'
        return this.#is(key, { id, name, kind, state, progress: this.#open.get(key)?.progress ?? null })
      }
      case 'job-progress':
        return this.#changes(message.key, { progress: message.progress })
      case 'job-ended': {
        const state = message.error === null ? 'done' : 'failed'
        return this.#ends(message.key, state, message.progress)
      }
      case 'job-cancelled':
        return this.#ends(message.key, 'cancelled')
      default:
        return null
    }
  }

  /**
   * @param kept those that wait for the engine's next start: one that had not begun stays open
   * @returns the end of all other jobs of a backend that is gone
   */
  backendEnded(state: 'failed' | 'cancelled', kept: ReadonlySet<number> = new Set()): JobEvent[] {
    const ended = [...this.#open].filter(([key, job]) => !(job.state === 'queued' && kept.has(key)))
    return ended.flatMap(([key]) => this.#ends(key, state) ?? [])
  }

  #is(key: number, job: Omit<JobEvent, 'at'>): JobEvent {
    const event = { ...job, at: new Date(this.now()).toISOString() }
    this.#open.set(key, event)
    return event
  }

  #changes(key: number, change: Partial<JobEvent>): JobEvent | null {
    const job = this.#open.get(key)
    return job ? this.#is(key, { ...job, ...change }) : null
  }

  #ends(key: number, state: JobEventState, progress: number | null = null): JobEvent | null {
    const job = this.#open.get(key)
    const event = job ? this.#is(key, { ...job, state, progress: progress ?? job.progress }) : null
    this.#open.delete(key)
    return event
  }
}
