import type { JournalEntry } from './journal-entry'
import { type OpenJob, openJobKey } from './open-job'

/** Interval at which the journal notes that the app and its jobs are alive, in milliseconds. */
const ALIVE_MS = 30_000
/** Jobs whose progress one note has. */
const ALIVE_JOBS = 500

/** The notes that the journal takes now and then of jobs that get on: each step of theirs would be a line. */
export class AliveNotes {
  readonly #advanced = new Map<string, OpenJob>()
  #notedAt: number

  /** @param now milliseconds since the epoch */
  constructor(now: number) {
    this.#notedAt = now
  }

  advanced(job: OpenJob): void {
    this.#advanced.set(openJobKey(job.generation, job.key), job)
  }

  /** Leaves out a job that is over. */
  forget({ generation, key }: Pick<OpenJob, 'generation' | 'key'>): void {
    this.#advanced.delete(openJobKey(generation, key))
  }

  /** The note that is due by now; `null` for none. */
  due(now: number): JournalEntry | null {
    if (Math.abs(now - this.#notedAt) < ALIVE_MS) return null
    this.#notedAt = now
    const noted = [...this.#advanced].slice(0, ALIVE_JOBS)
    for (const [id] of noted) this.#advanced.delete(id)
    const progress = noted.map(([, { generation, key, progress }]) => ({ generation, key, progress }))
    return { type: 'alive', at: now, progress }
  }
}
