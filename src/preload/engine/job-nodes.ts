import type { Span, Tracer } from 'dd-trace'
import { NODE_SPAN } from '../../common/tracing/job-span-tags'
import type { NodeState } from './api/frames'

/** Most nodes of a job that get a span. */
const MAX_NODES = 1_000

/** The nodes of one running job, as far as the engine reports them: a span each, and the job's progress. */
export class JobNodes {
  readonly #tracer: Tracer | null
  readonly #job: Span | null
  /** The spans of nodes that have begun; `null` for one that is finished, or was not made. */
  readonly #spans = new Map<string, Span | null>()
  readonly #shares = new Map<string, number>()
  /** The types of all nodes by id; `null` while unknown. */
  #types: ReadonlyMap<string, string> | null = null

  constructor(tracer: Tracer | null, job: Span | null) {
    this.#tracer = tracer
    this.#job = job
  }

  /** Sets the types, also on spans that have begun. */
  set types(types: ReadonlyMap<string, string>) {
    this.#types = types
    for (const [id, span] of this.#spans) if (span) this.#name(span, id)
  }

  /**
   * The job's progress, from 0 to 1; `null` while the number of its nodes is unknown. Nodes in the engine's
   * cache are never reported, and count as not begun.
   */
  get progress(): number | null {
    if (!this.#types || this.#types.size === 0) return null
    let done = 0
    for (const [id, share] of this.#shares) if (this.#types.has(id)) done += share
    return done / this.#types.size
  }

  update(nodes: readonly NodeState[]): void {
    const [first] = nodes
    // A frame of a single node: the engine runs one node after the other.
    if (nodes.length === 1 && first && !first.isOver) this.#finishOthers(first.id)
    for (const { id, share, isOver } of nodes) {
      if (!this.#spans.has(id)) {
        if (this.#spans.size >= MAX_NODES) continue
        this.#spans.set(id, this.#start(id))
      }
      this.#shares.set(id, share)
      if (isOver) this.#finish(id)
    }
  }

  /** Ends the job, and what still ran of it. */
  end(failedNode: string | null): void {
    for (const [id, span] of this.#spans) {
      if (id === failedNode) span?.setTag('error', true)
      this.#finish(id)
    }
  }

  #start(id: string): Span | null {
    if (!this.#tracer || !this.#job) return null
    const span = this.#tracer.startSpan(NODE_SPAN, {
      childOf: this.#job,
      tags: { 'span.type': 'worker', 'span.kind': 'internal', 'studio.node.id': id },
    })
    this.#name(span, id)
    return span
  }

  #name(span: Span, id: string): void {
    const type = this.#types?.get(id)
    span.addTags({
      'resource.name': type ?? `node ${id}`,
      ...(type === undefined ? {} : { 'studio.node.type': type }),
    })
  }

  #finishOthers(id: string): void {
    for (const other of this.#spans.keys()) {
      if (other === id) continue
      this.#finish(other)
      this.#shares.set(other, 1)
    }
  }

  #finish(id: string): void {
    this.#spans.get(id)?.finish()
    this.#spans.set(id, null)
  }
}
