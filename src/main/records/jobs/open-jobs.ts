import { type JobQueued, type JobStarted, MAX_OPEN_JOBS } from '../../../common/protocol/messages'
import { type OpenJob, openJobKey } from './open-job'

/** The jobs that wait or run, in memory. Bounded: jobs above the limit are not tracked. */
export class OpenJobs {
  private readonly jobs = new Map<string, OpenJob>()

  constructor(private readonly limit: number = MAX_OPEN_JOBS) {}

  get size(): number {
    return this.jobs.size
  }

  /** @returns the job; `null` if the limit is reached, or this one is open already */
  queue(generation: number, queued: JobQueued): OpenJob | null {
    if (this.jobs.size >= this.limit || this.jobs.has(openJobKey(generation, queued.key))) return null
    const { type: _, queuedAt, ...job } = queued
    const times = { queuedAt, startedAt: queuedAt }
    return this.put({ generation, ...job, state: 'queued', ...times, progress: null, recordId: null })
  }

  /**
   * @returns the job; `null` if it runs already, or it did not wait and the limit is reached. A job that
   * waited keeps its place.
   */
  start(generation: number, started: JobStarted): OpenJob | null {
    const waiting = this.jobs.get(openJobKey(generation, started.key))
    if (waiting ? waiting.state === 'running' : this.jobs.size >= this.limit) return null
    const { type: _, ...job } = started
    const { queuedAt = null, recordId = null } = waiting ?? {}
    return this.put({ generation, ...job, state: 'running', queuedAt, progress: null, recordId })
  }

  /** @returns the job, `null` if it is not open */
  progress(generation: number, jobKey: number, progress: number | null): OpenJob | null {
    const key = openJobKey(generation, jobKey)
    const job = this.jobs.get(key)
    if (!job) return null
    const advanced = { ...job, progress }
    this.jobs.set(key, advanced)
    return advanced
  }

  /** @returns the job as last known, `null` if it is not open */
  end(generation: number, jobKey: number): OpenJob | null {
    const key = openJobKey(generation, jobKey)
    const job = this.jobs.get(key) ?? null
    this.jobs.delete(key)
    return job
  }

  get(generation: number, key: number): OpenJob | null {
    return this.jobs.get(openJobKey(generation, key)) ?? null
  }

  /** Notes the record that says that a job was submitted again. @returns the job */
  resubmitted(job: OpenJob, recordId: string): OpenJob {
    return this.put({ ...job, recordId })
  }

  /** Removes the jobs of one backend, oldest first, but those that wait and are kept for its next engine. */
  close(generation: number, kept: ReadonlySet<number> = new Set()): OpenJob[] {
    const closed = this.list().filter(
      (job) => job.generation === generation && !(job.state === 'queued' && kept.has(job.key)),
    )
    for (const job of closed) this.jobs.delete(openJobKey(generation, job.key))
    return closed
  }

  list(): OpenJob[] {
    return [...this.jobs.values()]
  }

  private put(job: OpenJob): OpenJob {
    this.jobs.set(openJobKey(job.generation, job.key), job)
    return job
  }
}
