import { channel } from 'node:diagnostics_channel'
import type { Tracer } from 'dd-trace'
import { MAX_STACK_LENGTH } from '../../../common/protocol/messages'
import { RUNNER_NEWS, type RunnerNews } from '../../../common/protocol/runner-channel'
import type { Outcome } from '../api/jobs'
import { EngineJob } from '../engine-job'
import type { ReturningJobs, SubmissionApi, WaitingJob } from '../returning-jobs'
import { JobMeasure } from './job-measure'
import type { ProbeMessage, ProbeMessageOf } from './messages'
import { ProbeNodes } from './probe-nodes'
import { ProfiledSpans } from './profiled-spans'

interface OpenJob {
  readonly job: EngineJob
  readonly id: string
  readonly count: number
  readonly number: number
  /** How often it has been submitted again. */
  readonly times: number
  /** All that it carries, and why not: until it begins. */
  carried: Pick<WaitingJob, 'body' | 'reason'>
  readonly name: string
  /** From its start on. */
  nodes: ProbeNodes | null
  measure: JobMeasure | null
}

export interface ProbeJobsOptions {
  readonly tracer: Tracer | null
  /** Jobs that come from the engine before; `null` where none does. */
  readonly returning: ReturningJobs | null
  readonly api: SubmissionApi
}

const NOTHING_CARRIED = { body: null, reason: null } as const

/** The engine's jobs on the public job channels, as the probe tells of them. */
export class ProbeJobs {
  /** The spans that a profile of the engine links to. */
  readonly spans = new ProfiledSpans()
  readonly #options: ProbeJobsOptions
  readonly #tracer: Tracer | null
  readonly #open = new Map<number, OpenJob>()
  #running: OpenJob | null = null

  constructor(options: ProbeJobsOptions) {
    this.#options = options
    this.#tracer = options.tracer
  }

  /** Does something as a part of the job that runs. @returns `false` when none does: then nothing is done */
  runInJob(action: () => void): boolean {
    this.#running?.job.run(action)
    return this.#running !== null
  }

  apply(message: ProbeMessage): void {
    switch (message.type) {
      case 'queued':
        this.#queue(message)
        break
      case 'carried': {
        const open = this.#open.get(message.job)
        if (open && this.#options.returning) open.carried = { body: message.body, reason: message.reason }
        break
      }
      case 'need': {
        const { type: _, at: __, job, id: ___, ...need } = message
        const open = this.#open.get(job)
        if (open)
          channel(RUNNER_NEWS).publish({ type: 'need', job: open.job.context, need } satisfies RunnerNews)
        break
      }
      case 'started':
        this.#start(message)
        break
      case 'node':
        this.#running?.nodes?.start(message)
        break
      case 'progress':
        this.#running?.nodes?.moved(message)
        this.#showProgress()
        break
      case 'node-end':
        this.#running?.nodes?.end(message)
        this.#running?.measure?.nodeEnded(message)
        this.spans.end(message.job, message.id, message.at)
        this.#showProgress()
        break
      case 'ended':
        this.#end(message)
        break
      case 'removed':
        this.#options.returning?.onBegun(message.id)
        this.#open.get(message.job)?.job.withdraw()
        this.#open.delete(message.job)
    }
  }

  /** The context that a job is published with; `null` for one that is not known, or has begun. */
  waitingContext(key: number): object | null {
    const open = this.#open.get(key)
    return open && open.nodes === null ? open.job.context : null
  }

  /** True where no job has begun. */
  get isIdle(): boolean {
    return [...this.#open.values()].every(({ nodes }) => nodes === null)
  }

  /** True where nothing runs, and all that wait would come back from an engine that is replaced. */
  get canReturn(): boolean {
    const waiting = this.#waiting()
    return this.isIdle && (this.#options.returning?.canKeep(waiting) ?? waiting.length === 0)
  }

  /** The engine has ended, and all jobs with it. @returns those that had not begun, in the order of its queue */
  endWithEngine(): WaitingJob[] {
    const waiting = this.#waiting()
    for (const { nodes } of this.#open.values()) nodes?.close(Date.now())
    this.#open.clear()
    this.#running = null
    return waiting
  }

  /** Those that have not begun, in the order of the queue. */
  #waiting(): WaitingJob[] {
    return [...this.#open.values()]
      .filter(({ nodes }) => nodes === null)
      .map(({ carried, ...open }) => ({ ...open, ...carried }))
      .toSorted((one, other) => one.number - other.number)
  }

  /** The engine started itself again, and its queue went with it. */
  restarted(): void {
    const outcome: Outcome = {
      state: 'failed',
      error: {
        type: 'EngineRestarted',
        message: 'the engine restarted itself before the job was done',
        nodeId: null,
        nodeType: null,
      },
    }
    const { returning } = this.#options
    const begun = [...this.#open.values()].filter(({ nodes }) => nodes !== null)
    const waiting = this.endWithEngine()
    for (const { job } of begun) job.end(outcome)
    if (returning) returning.keep(waiting, true)
    // One that waited has no end of its own on the channel but the one that it never had: it begins, to fail.
    for (const { job } of returning ? [] : waiting) {
      job.start()
      job.end(outcome)
    }
  }

  #queue({ job, id, workflow, output, nodes, number, resubmitted }: ProbeMessageOf<'queued'>): void {
    const { returning, api } = this.#options
    this.#open.set(job, {
      job: returning?.onQueued(id, resubmitted, api) ?? new EngineJob(id, this.#tracer, workflow ?? output),
      id,
      count: nodes ?? 0,
      number: number ?? 0,
      times: resubmitted,
      carried: NOTHING_CARRIED,
      name: workflow ?? output ?? id,
      nodes: null,
      measure: null,
    })
  }

  #start({ job: key, at, ...held }: ProbeMessageOf<'started'>): void {
    const open = this.#open.get(key)
    if (!open) return
    open.measure = new JobMeasure(held)
    this.#options.returning?.onBegun(open.id)
    open.carried = NOTHING_CARRIED
    open.job.start()
    this.spans.begin(key, null, open.job.span, open.name, at)
    open.nodes = new ProbeNodes(this.#tracer, open.job.span, open.count, (node, span) =>
      this.spans.begin(key, node.id, span, open.name, node.at),
    )
    this.#running = open
  }

  #showProgress(): void {
    const open = this.#running
    if (open?.nodes) open.job.progress = open.nodes.progress
  }

  #end({ job: key, state, at, peak, growth, rise, gpu, error }: ProbeMessageOf<'ended'>): void {
    const open = this.#open.get(key)
    if (!open) return
    this.#open.delete(key)
    if (this.#running === open) this.#running = null
    open.nodes?.close(at)
    open.job.span?.addTags({
      ...(peak !== null && { 'studio.job.memory.peak': peak }),
      ...(growth !== null && { 'studio.job.memory.growth': growth }),
      ...(gpu !== null && { 'studio.job.gpu.allocated': gpu.allocated, 'studio.job.gpu.peak': gpu.peak }),
    })
    const node = error?.node?.id ? (open.nodes?.named(error.node.id) ?? null) : null
    open.job.memory = {
      peakBytes: peak,
      growthBytes: growth,
      ...(typeof rise === 'number' && { riseBytes: rise }),
      ...open.measure?.end(gpu),
      node: node ?? (error?.node?.id ? { id: error.node.id, type: error.node.class, pack: null } : null),
    }
    open.job.end(outcomeOf(state, error))
  }
}

function outcomeOf(
  state: ProbeMessageOf<'ended'>['state'],
  error: ProbeMessageOf<'ended'>['error'],
): Outcome {
  if (state === 'interrupted') return { state: 'cancelled' }
  if (state !== 'failed' && error === null) return { state: 'done' }
  return {
    state: 'failed',
    error: {
      type: error?.name ?? 'Error',
      message: (error?.message ?? 'the engine says nothing of why').trim(),
      nodeId: error?.node?.id ?? null,
      nodeType: error?.node?.class ?? null,
      stack: error?.stack ? innermost(error.stack) : null,
    },
  }
}

/** The end of a traceback, whole lines of it: a record keeps its first 2,000 characters, and Python says last what raised. */
function innermost(stack: string): string {
  if (stack.length <= MAX_STACK_LENGTH) return stack
  const end = stack.slice(-MAX_STACK_LENGTH)
  return end.slice(end.indexOf('\n') + 1)
}
