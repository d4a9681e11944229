import { type JobStarted, MAX_OPEN_JOBS } from '../../protocol'
import { type OpenJob, openJobKey } from './open-job'

/** The jobs that are running, in memory. Bounded: jobs above the limit are not tracked. */
export class Ledger {
  private readonly jobs = new Map<string, OpenJob>()

  constructor(private readonly limit: number = MAX_OPEN_JOBS) {}

  get size(): number {
    return this.jobs.size
  }

  /** @returns the job; `null` when as many as allowed are open, or this one is open already */
  start(generation: number, started: JobStarted): OpenJob | null {
    const key = openJobKey(generation, started.key)
    if (this.jobs.size >= this.limit || this.jobs.has(key)) return null
    const { id, name, kind, startedAt, traceId, spanId } = started
    const job = { generation, key: started.key, id, name, kind, startedAt, progress: null, traceId, spanId }
    this.jobs.set(key, job)
    return job
  }

  /** @returns the job, `null` when it is not open */
  progress(generation: number, jobKey: number, progress: number | null): OpenJob | null {
    const key = openJobKey(generation, jobKey)
    const job = this.jobs.get(key)
    if (!job) return null
    const advanced = { ...job, progress }
    this.jobs.set(key, advanced)
    return advanced
  }

  /** @returns the job as it was last known, `null` when it is not open */
  end(generation: number, jobKey: number): OpenJob | null {
    const key = openJobKey(generation, jobKey)
    const job = this.jobs.get(key) ?? null
    this.jobs.delete(key)
    return job
  }

  /** Takes out every job of one backend, oldest first. */
  close(generation: number): OpenJob[] {
    const closed = this.list().filter((job) => job.generation === generation)
    for (const job of closed) this.jobs.delete(openJobKey(generation, job.key))
    return closed
  }

  list(): OpenJob[] {
    return [...this.jobs.values()]
  }
}
