import type { Answer } from './answer'
import { EngineClient } from './client'
import { HistorySchema, JobsSchema, type Listing, NodeTypesSchema, type Outcome, QueueSchema } from './jobs'

/** The requests to the engine. No call rejects. */
export class EngineApi {
  readonly #client: EngineClient
  /** False for older engines, which have no `/api/jobs`. */
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
    // Only now: while an engine starts, paths may still be missing.
    if (queue.ok) this.#hasJobs = false
    return queue
  }

  /** The outcome of a job; `null` if the engine does not know it as ended. */
  async outcome(id: string): Promise<Answer<Outcome | null>> {
    const history = await this.#client.get(`/history/${encodeURIComponent(id)}`, HistorySchema)
    return history.ok ? { ok: true, body: history.body.get(id) ?? null } : history
  }

  /** The outcomes of the newest ended jobs, oldest first. */
  lastOutcomes(count: number): Promise<Answer<ReadonlyMap<string, Outcome>>> {
    return this.#client.get(`/history?max_items=${count}`, HistorySchema)
  }

  /** The types of a job's nodes by id. */
  nodeTypes(id: string): Promise<Answer<ReadonlyMap<string, string>>> {
    return this.#client.get(`/api/jobs/${encodeURIComponent(id)}`, NodeTypesSchema)
  }

  /** Asks the engine to unload its models. */
  free(headers: Readonly<Record<string, string>>): Promise<Answer<null>> {
    return this.#client.post('/free', { unload_models: true, free_memory: true }, headers)
  }
}

function isMissing(status: number | null): boolean {
  return status === 404 || status === 405
}
