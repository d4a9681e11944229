import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer } from './answer'
import { EngineClient } from './client'
import { HistorySchema, JobsSchema, type Listing, NodeTypesSchema, type Outcome, QueueSchema } from './jobs'
import { describeRefusal, type Submission } from './submission'

/** How often an engine that fails at a job is given it, and the pause between, in milliseconds. */
const SUBMISSIONS = 3
const SUBMISSION_PAUSE_MS = 1_000

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
      if (jobs.ok || !(isMissing(jobs.status) || isBroken(jobs.status))) return jobs
      const queue = await this.#queue()
      // Only now: while an engine starts, paths may still be missing. One that fails may work again in a moment.
      if (queue.ok && isMissing(jobs.status)) this.#hasJobs = false
      return queue
    }
    return this.#queue()
  }

  #queue(): Promise<Answer<Listing>> {
    return this.#client.get('/queue', QueueSchema)
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

  /**
   * Gives the engine a job, as text that `POST /prompt` takes as it is; again where the engine fails at it, or its connection
   * breaks, unless the engine has got it all the same.
   * @param isAwaited whether the engine has not said by another way that it has the job
   */
  async submit(body: string, signal: AbortSignal, isAwaited: () => boolean): Promise<Submission> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#client.postText('/prompt', body, signal)
      if (answer.ok) return { taken: true }
      if (answer.status === 400) return { taken: false, reason: describeRefusal(answer.body, body) }
      // An engine that dies breaks its connections first, and its probe may say a little later that it has the job.
      await sleep(SUBMISSION_PAUSE_MS, null, { signal }).catch(() => {})
      if (!isAwaited()) return { taken: true }
      if (signal.aborted || attempt === SUBMISSIONS)
        return { taken: false, reason: `the new engine did not take it: its API ${answer.trouble}` }
    }
  }

  /** Takes a job out of the queue. */
  cancel(id: string): Promise<Answer<null>> {
    return this.#client.post('/queue', { delete: [id] }, {})
  }

  /** Asks the engine to unload its models. */
  free(headers: Readonly<Record<string, string>>): Promise<Answer<null>> {
    return this.#client.post('/free', { unload_models: true, free_memory: true }, headers)
  }
}

/** The engine lists its jobs no more while one of them has a workflow that it cannot read (seen: `"workflow": null`). */
function isBroken(status: number | null): boolean {
  return status !== null && status >= 500
}

function isMissing(status: number | null): boolean {
  return status === 404 || status === 405
}
