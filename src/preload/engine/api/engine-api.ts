import type { Answer } from './answer'
import { EngineClient } from './client'
import { HistorySchema, JobsSchema, type Listing, NodeTypesSchema, type Outcome, QueueSchema } from './jobs'

/** What is asked of the engine. No call rejects. */
export class EngineApi {
  readonly #client: EngineClient
  /** Older engines have no `/api/jobs`. */
  #hasJobs = true

  constructor(
    readonly url: string,
    answerMs?: number,
  ) {
    this.#client = new EngineClient(url, answerMs)
  }

  /** The jobs that run and that wait. */
  async listing(): Promise<Answer<Listing>> {
    if (this.#hasJobs) {
      const jobs = await this.#client.get('/api/jobs?status=in_progress,pending', JobsSchema)
      if (jobs.ok || !isMissing(jobs.status)) return jobs
    }
    const queue = await this.#client.get('/queue', QueueSchema)
    // Only now: while an engine starts, paths may be missing that come later.
    if (queue.ok) this.#hasJobs = false
    return queue
  }

  /** How a job ended; `null` when the engine does not know it as ended. */
  async outcome(id: string): Promise<Answer<Outcome | null>> {
    const history = await this.#client.get(`/history/${encodeURIComponent(id)}`, HistorySchema)
    return history.ok ? { ok: true, body: history.body.get(id) ?? null } : history
  }

  /** The newest jobs that are over, oldest first. */
  lastOutcomes(count: number): Promise<Answer<ReadonlyMap<string, Outcome>>> {
    return this.#client.get(`/history?max_items=${count}`, HistorySchema)
  }

  /** The kinds of a job's nodes by their ids. */
  nodeTypes(id: string): Promise<Answer<ReadonlyMap<string, string>>> {
    return this.#client.get(`/api/jobs/${encodeURIComponent(id)}`, NodeTypesSchema)
  }

  /** Asks it to unload its models. */
  free(headers: Readonly<Record<string, string>>): Promise<Answer<null>> {
    return this.#client.post('/free', { unload_models: true, free_memory: true }, headers)
  }
}

function isMissing(status: number | null): boolean {
  return status === 404 || status === 405
}
