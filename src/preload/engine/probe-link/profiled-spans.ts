import type { Span } from 'dd-trace'
import { localRootId } from '../../../common/tracing/dd-trace/local-root'

/** Spans remembered until the profile that they are in has come: it is told every 10 s. */
const KEPT = 2_000
/** A node that took less is hardly ever seen by a look each 10 ms. In milliseconds. */
const SEEN_MS = 10

/** ddtrace's labels of a sample that was taken while a span was active. */
export type SpanLabels = Readonly<Record<string, string | bigint>>

/** The spans of the last jobs and nodes, as the labels with which a profile links to them. */
export class ProfiledSpans {
  readonly #labels = new Map<string, SpanLabels>()
  readonly #began = new Map<string, number>()

  /**
   * @param node `null` for the job itself
   * @param endpoint the resource of the job's span
   * @param at when it began, in milliseconds since the epoch
   */
  begin(job: number | null, node: string | null, span: Span | null, endpoint: string, at: number): void {
    if (span === null || job === null) return
    const key = keyOf(job, node)
    this.#labels.delete(key)
    this.#labels.set(key, {
      'span id': BigInt(span.context().toSpanId()),
      'local root span id': BigInt(localRootId(span)),
      'trace endpoint': endpoint,
      'trace type': 'worker',
    })
    this.#began.set(key, at)
    if (this.#labels.size > KEPT) this.#forget(this.#labels.keys().next().value ?? '')
  }

  /** A trivial node is forgotten at once: a thousand of them would take the place of the one that counts. */
  end(job: number | null, node: string, at: number): void {
    if (job === null) return
    const key = keyOf(job, node)
    if (at - (this.#began.get(key) ?? at) < SEEN_MS) this.#forget(key)
  }

  /** The node's labels, else the job's, else none. */
  labels(job: number | null, node: string | null): SpanLabels {
    if (job === null) return {}
    return this.#labels.get(keyOf(job, node)) ?? this.#labels.get(keyOf(job, null)) ?? {}
  }

  #forget(key: string): void {
    this.#labels.delete(key)
    this.#began.delete(key)
  }
}

const keyOf = (job: number, node: string | null) => `${job}\0${node ?? ''}`
