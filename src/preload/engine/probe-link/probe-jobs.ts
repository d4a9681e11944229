import type { Tracer } from 'dd-trace'
import type { ExecutionError, Outcome } from '../api/jobs'
import { EngineJob } from '../engine-job'
import type { ProbeMessage, ProbeMessageOf } from './messages'
import { ProbeNodes } from './probe-nodes'

/** Longer lines of a traceback are of no use to anybody, and a record keeps 2,000 characters. */
const TRACEBACK_LENGTH = 1_500

interface OpenJob {
  readonly job: EngineJob
  readonly count: number
  /** From its start on. */
  nodes: ProbeNodes | null
  error: ExecutionError | null
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
    switch (message.k) {
      case 'queued':
        this.#queue(message)
        break
      case 'started':
        this.#start(message.key)
        break
      case 'cached':
        this.#running?.nodes?.cached(message)
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
      case 'error':
        this.#fail(message)
        break
      case 'ended':
        this.#end(message)
        break
      case 'cancelled':
        this.#open.get(message.key)?.job.withdraw()
        this.#open.delete(message.key)
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
      open.nodes?.close(Date.now() / 1_000)
      open.job.end(outcome)
    }
    this.#open.clear()
    this.#running = null
  }

  #queue({ key, id, name, nodes }: ProbeMessageOf<'queued'>): void {
    this.#open.set(key, {
      job: new EngineJob(id, this.#tracer, name),
      count: nodes,
      nodes: null,
      error: null,
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

  #fail({ key, node, cls, type, message, traceback }: ProbeMessageOf<'error'>): void {
    const open = this.#open.get(key)
    if (!open) return
    open.error = {
      type: type ?? 'Error',
      message: (message ?? 'the engine says nothing of why').trim(),
      nodeId: node,
      nodeType: cls,
      // The innermost lines say where it was raised.
      traceback: traceback.join('').slice(-TRACEBACK_LENGTH),
    }
  }

  #end({ key, status, t, peak, growth }: ProbeMessageOf<'ended'>): void {
    const open = this.#open.get(key)
    if (!open) return
    this.#open.delete(key)
    if (this.#running === open) this.#running = null
    open.nodes?.close(t)
    open.job.span?.addTags({ 'studio.job.memory.peak': peak, 'studio.job.memory.growth': growth })
    open.job.end(outcomeOf(status, open.error))
  }
}

function outcomeOf(status: ProbeMessageOf<'ended'>['status'], error: ExecutionError | null): Outcome {
  if (status === 'interrupted') return { state: 'cancelled' }
  if (status === 'success' || (status === 'unknown' && error === null)) return { state: 'done' }
  const unknown = { type: 'Error', message: 'the engine says nothing of why', nodeId: null, nodeType: null }
  return { state: 'failed', error: error ?? unknown }
}
