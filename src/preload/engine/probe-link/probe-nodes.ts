import type { Span, Tracer } from 'dd-trace'
import type { ProbeMessageOf } from './messages'

/** A job of more nodes than that has no spans for the rest. */
const MAX_SPANS = 1_000

const milliseconds = (seconds: number) => seconds * 1_000

/** The nodes of one running job: a span for each that ran, with its true times, and how much of the job is done. */
export class ProbeNodes {
  readonly #tracer: Tracer | null
  readonly #job: Span | null
  readonly #count: number
  readonly #open = new Map<string, Span | null>()
  /** Share of each node, 0 to 1. */
  readonly #shares = new Map<string, number>()
  #spans = 0

  /** @param count the nodes of the job, cached ones included */
  constructor(tracer: Tracer | null, job: Span | null, count: number) {
    this.#tracer = tracer
    this.#job = job
    this.#count = count
  }

  /** How much of the job is done, 0 to 1. */
  get progress(): number {
    let done = 0
    for (const share of this.#shares.values()) done += share
    return this.#count === 0 ? 0 : Math.min(1, done / this.#count)
  }

  cached({ nodes }: ProbeMessageOf<'cached'>): void {
    for (const id of nodes) this.#shares.set(id, 1)
    this.#job?.setTag('studio.job.nodes_cached', nodes.length)
  }

  start(message: ProbeMessageOf<'node'>): void {
    // A node that waited for others is called again: its span goes on.
    if (this.#open.has(message.node)) return
    this.#shares.set(message.node, 0)
    this.#open.set(message.node, this.#startSpan(message))
  }

  moved({ node, value, max }: ProbeMessageOf<'progress'>): void {
    if (node === null || value === null || max === null || !(max > 0)) return
    this.#shares.set(node, Math.min(1, Math.max(0, value / max)))
  }

  end({ node, how, t, peak, growth }: ProbeMessageOf<'node-end'>): void {
    if (how === 'pending') return
    this.#shares.set(node, how === 'failed' ? 0 : 1)
    const span = this.#open.get(node)
    this.#open.delete(node)
    span?.addTags({ 'studio.node.memory.peak': peak, 'studio.node.memory.growth': growth })
    if (how === 'failed') span?.setTag('error', true)
    span?.finish(milliseconds(t))
  }

  /** The job is over, and so is what still ran of it. */
  close(atSeconds: number): void {
    for (const span of this.#open.values()) span?.finish(milliseconds(atSeconds))
    this.#open.clear()
  }

  #startSpan({ node, cls, pack, t }: ProbeMessageOf<'node'>): Span | null {
    if (!this.#tracer || !this.#job || this.#spans >= MAX_SPANS) return null
    this.#spans += 1
    return this.#tracer.startSpan('studio.node', {
      childOf: this.#job,
      startTime: milliseconds(t),
      tags: {
        'resource.name': cls ?? `node ${node}`,
        'span.type': 'worker',
        'studio.node.id': node,
        ...(cls !== null && { 'studio.node.type': cls }),
        ...(pack !== null && { 'studio.node.pack': pack }),
      },
    })
  }
}
