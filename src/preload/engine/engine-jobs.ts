import type { Tracer } from 'dd-trace'
import type { NodeState } from './api/frames'
import type { Outcome } from './api/jobs'
import { EngineJob } from './engine-job'
import type { JobEvent } from './engine-job-tracker'
import { JobNodes } from './job-nodes'

interface OpenJob {
  readonly job: EngineJob
  /** The nodes, from the first message about one. */
  nodes: JobNodes | null
}

export interface EngineJobsOptions {
  readonly tracer: Tracer | null
  /** Returns the types of a job's nodes by id; `null` if they are not available. */
  readonly nodeTypes: (id: string) => Promise<ReadonlyMap<string, string> | null>
}

/** Publishes the engine's open jobs on the job channels. */
export class EngineJobs {
  readonly #options: EngineJobsOptions
  readonly #open = new Map<string, OpenJob>()
  /** The running jobs. The engine runs one at a time, but one that was seen late may have ended already. */
  readonly #running = new Set<EngineJob>()

  constructor(options: EngineJobsOptions) {
    this.#options = options
  }

  apply(events: readonly JobEvent[]): void {
    for (const event of events) this.#apply(event)
  }

  /** Takes node states of a running job. */
  onNodes(id: string, nodes: readonly NodeState[]): void {
    const open = this.#open.get(id)
    if (!open) return
    open.nodes ??= this.#watchNodes(id, open.job)
    open.nodes.update(nodes)
    const { progress } = open.nodes
    if (progress !== null) open.job.progress = progress
  }

  /**
   * Runs an action within the running job.
   * @returns `false` if there is none: then nothing is done
   */
  runInJob(action: () => void): boolean {
    const [job] = this.#running
    job?.run(action)
    return job !== undefined
  }

  /** The engine is over: a job's span is only sent once those of its nodes are finished. */
  close(): void {
    for (const { nodes } of this.#open.values()) nodes?.end(null)
  }

  #apply(event: JobEvent): void {
    const open = this.#open.get(event.id)
    switch (event.type) {
      case 'queued':
        this.#open.set(event.id, { job: new EngineJob(event.id, this.#options.tracer), nodes: null })
        break
      case 'started':
        if (!open) break
        open.job.start()
        this.#running.add(open.job)
        break
      case 'ended':
        if (open) this.#end(event.id, open, event.outcome)
        break
      case 'withdrawn':
        this.#open.delete(event.id)
        open?.job.withdraw()
    }
  }

  #end(id: string, { job, nodes }: OpenJob, outcome: Outcome): void {
    this.#open.delete(id)
    this.#running.delete(job)
    nodes?.end(outcome.state === 'failed' ? outcome.error.nodeId : null)
    job.end(outcome)
  }

  #watchNodes(id: string, job: EngineJob): JobNodes {
    const nodes = new JobNodes(this.#options.tracer, job.span)
    this.#options.nodeTypes(id).then((types) => {
      if (types) nodes.types = types
    })
    return nodes
  }
}
