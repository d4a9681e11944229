import type { Span, Tracer } from 'dd-trace'
import type { ProbeMessageOf } from './messages'

/** A job of more nodes than that has no spans for the rest. */
const MAX_SPANS = 1_000

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

  start(message: ProbeMessageOf<'node'>): void {
    this.#shares.set(message.id, 0)
    this.#open.set(message.id, this.#startSpan(message))
  }

  moved({ node, value, max }: ProbeMessageOf<'progress'>): void {
    if (node === null || value === null || max === null || !(max > 0)) return
    this.#shares.set(node, Math.min(1, Math.max(0, value / max)))
  }

  end({ id, state, cached, at, peak, growth }: ProbeMessageOf<'node-end'>): void {
    this.#shares.set(id, state === 'done' ? 1 : 0)
    const span = this.#open.get(id)
    this.#open.delete(id)
    span?.addTags({
      'studio.node.cached': cached === true,
      ...(peak !== null && { 'studio.node.memory.peak': peak }),
      ...(growth !== null && { 'studio.node.memory.growth': growth }),
    })
    if (state === 'failed') span?.setTag('error', true)
    span?.finish(at)
  }

  /** The job is over, and so is what still ran of it. */
  close(at: number): void {
    for (const span of this.#open.values()) span?.finish(at)
    this.#open.clear()
  }

  #startSpan({ id, class: cls, pack, at }: ProbeMessageOf<'node'>): Span | null {
    if (!this.#tracer || !this.#job || this.#spans >= MAX_SPANS) return null
    this.#spans += 1
    return this.#tracer.startSpan('studio.node', {
      childOf: this.#job,
      startTime: at,
      tags: {
        'resource.name': cls ?? `node ${id}`,
        'span.type': 'worker',
        'span.kind': 'internal',
        'studio.node.id': id,
        ...(cls !== null && { 'studio.node.type': cls }),
        ...(pack !== null && { 'studio.node.pack': pack }),
      },
    })
  }
}
