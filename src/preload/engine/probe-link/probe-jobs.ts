import type { Tracer } from 'dd-trace'
import { MAX_STACK_LENGTH } from '../../../common/protocol/messages'
import type { Outcome } from '../api/jobs'
import { EngineJob } from '../engine-job'
import type { ProbeMessage, ProbeMessageOf } from './messages'
import { ProbeNodes } from './probe-nodes'

interface OpenJob {
  readonly job: EngineJob
  readonly count: number
  /** From its start on. */
  nodes: ProbeNodes | null
}

/** The engine's jobs on the public job channels, as the probe tells of them. */
export class ProbeJobs {
  readonly #tracer: Tracer | null
  readonly #open = new Map<number, OpenJob>()
  #running: OpenJob | null = null

  constructor(tracer: Tracer | null) {
    this.#tracer = tracer
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
      case 'started':
        this.#start(message.job)
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
        this.#showProgress()
        break
      case 'ended':
        this.#end(message)
        break
      case 'removed':
        this.#open.get(message.job)?.job.withdraw()
        this.#open.delete(message.job)
    }
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
    for (const open of this.#open.values()) {
      // One that waited has no end of its own on the channel but the one that it never had: it begins, to fail.
      if (open.nodes === null) open.job.start()
      open.nodes?.close(Date.now())
      open.job.end(outcome)
    }
    this.#open.clear()
    this.#running = null
  }

  #queue({ job, id, workflow, output, nodes }: ProbeMessageOf<'queued'>): void {
    this.#open.set(job, {
      job: new EngineJob(id, this.#tracer, workflow ?? output),
      count: nodes ?? 0,
      nodes: null,
    })
  }

  #start(key: number): void {
    const open = this.#open.get(key)
    if (!open) return
    open.job.start()
    open.nodes = new ProbeNodes(this.#tracer, open.job.span, open.count)
    this.#running = open
  }

  #showProgress(): void {
    const open = this.#running
    if (open?.nodes) open.job.progress = open.nodes.progress
  }

  #end({ job: key, state, at, peak, growth, error }: ProbeMessageOf<'ended'>): void {
    const open = this.#open.get(key)
    if (!open) return
    this.#open.delete(key)
    if (this.#running === open) this.#running = null
    open.nodes?.close(at)
    open.job.span?.addTags({
      ...(peak !== null && { 'studio.job.memory.peak': peak }),
      ...(growth !== null && { 'studio.job.memory.growth': growth }),
    })
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
