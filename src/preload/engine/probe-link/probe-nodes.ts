import type { Span, Tracer } from 'dd-trace'
import type { EngineNode } from '../../../common/engine/engine-node'
import { NODE_SPAN } from '../../../common/tracing/job-span-tags'
import type { ProbeMessageOf } from './messages'

/** A job of more nodes than that has no spans for the rest. */
const MAX_SPANS = 1_000

type OnSpan = (node: ProbeMessageOf<'node'>, span: Span | null) => void

/** The nodes of one running job: a span for each that ran, with its true times, and how much of the job is done. */
export class ProbeNodes {
  readonly #tracer: Tracer | null
  readonly #job: Span | null
  readonly #count: number
  readonly #open = new Map<string, Span | null>()
  /** Share of each node, 0 to 1. */
  readonly #shares = new Map<string, number>()
  readonly #onSpan: OnSpan
  #spans = 0
  /** The engine runs one after the other: it is the last that fails. */
  #last: EngineNode | null = null

  /**
   * @param count the nodes of the job, cached ones included
   * @param onSpan is told of each node that begins, with its span
   */
  constructor(tracer: Tracer | null, job: Span | null, count: number, onSpan: OnSpan = () => {}) {
    this.#onSpan = onSpan
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

  /** A node that has begun; `null` for another. */
  named(id: string): EngineNode | null {
    return this.#last?.id === id ? this.#last : null
  }

  start(message: ProbeMessageOf<'node'>): void {
    const { id, class: type, pack } = message
    this.#last = { id, type, pack }
    this.#shares.set(message.id, 0)
    const span = this.#startSpan(message)
    this.#open.set(message.id, span)
    this.#onSpan(message, span)
  }

  moved({ node, value, max }: ProbeMessageOf<'progress'>): void {
    if (node === null || value === null || max === null || !(max > 0)) return
    this.#shares.set(node, Math.min(1, Math.max(0, value / max)))
  }

  end({ id, state, cached, at, peak, growth, gpu }: ProbeMessageOf<'node-end'>): void {
    this.#shares.set(id, state === 'done' ? 1 : 0)
    const span = this.#open.get(id)
    this.#open.delete(id)
    span?.addTags({
      'studio.node.cached': cached === true,
      ...(peak !== null && { 'studio.node.memory.peak': peak }),
      ...(growth !== null && { 'studio.node.memory.growth': growth }),
      ...(gpu !== null && { 'studio.node.gpu.allocated': gpu.allocated, 'studio.node.gpu.peak': gpu.peak }),
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
    return this.#tracer.startSpan(NODE_SPAN, {
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
