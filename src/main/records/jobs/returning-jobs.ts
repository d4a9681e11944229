import type { ErrorSummary } from '../../../common/protocol/messages'
import { type JobDeath, openJobKey } from './open-job'

/** The deaths and refusals of jobs that had not begun when their engine died: in memory alone, for as long as the engine is started anew. */
export class ReturningJobs {
  readonly #deaths = new Map<string, JobDeath>()
  readonly #refusals = new Map<string, ErrorSummary>()

  /** The death that a job outlived, to wait for the next engine. */
  keep(generation: number, key: number, death: JobDeath): void {
    this.#deaths.set(openJobKey(generation, key), { ...death, error: null })
  }

  deathOf(generation: number, key: number): JobDeath | null {
    return this.#deaths.get(openJobKey(generation, key)) ?? null
  }

  /** Notes why a job will not come back, ahead of the death that it is lost with. */
  refuse(generation: number, key: number, error: ErrorSummary): void {
    this.#refusals.set(openJobKey(generation, key), error)
  }

  refusalOf(generation: number, key: number): ErrorSummary | null {
    return this.#refusals.get(openJobKey(generation, key)) ?? null
  }

  /** Forgets a job that is over. */
  forget(generation: number, key: number): void {
    const id = openJobKey(generation, key)
    this.#deaths.delete(id)
    this.#refusals.delete(id)
  }
}
