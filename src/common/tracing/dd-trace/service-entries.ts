import type { Span, Tracer } from 'dd-trace'
import { exporterOf } from './exporter'
import { onSpanFinished } from './first-span'

/** The private parts of a span in dd-trace 5.132; guarded by a test. */
interface WideContext {
  readonly _spanId?: Id
  readonly _parentId?: Id | null
  readonly _tags?: Readonly<Record<string, unknown>>
  /** `started`: those of this process that have not been sent. */
  readonly _trace?: { readonly started?: readonly Span[] }
}
interface Id {
  toString(radix: number): string
}

/** dd-trace's own name for it, from which the Agent takes it if the header says that it may. */
const TOP_LEVEL = '_dd.top_level'
const COMPUTED = { 'Datadog-Client-Computed-Top-Level': 'yes' }

/**
 * Says of each span whether it is the entry to a service, and tells the Agent that it was said. Left alone, the Agent takes
 * each span for one whose parent is not in its chunk: here most are sent before their parents end.
 * @param service the process's own
 */
export function markServiceEntries(tracer: Tracer, service: string): void {
  const writer = exporterOf(tracer)?._writer
  if (!writer) return
  writer._headers = { ...writer._headers, ...COMPUTED }
  onSpanFinished((span) => {
    if (isEntry(span as Span, service)) (span as Span).setTag(TOP_LEVEL, 1)
  })
}

/**
 * A root, one of another service than its parent, or a request that came from elsewhere. A parent that has been sent, or is
 * in another process, is taken for one of the process's own service.
 */
function isEntry(span: Span, ownService: string): boolean {
  const { _parentId, _tags, _trace } = span.context() as WideContext
  const parentId = _parentId?.toString(16) ?? ''
  if (/^0*$/.test(parentId)) return true
  const serviceOf = (tags: WideContext['_tags']) => tags?.['service.name'] ?? ownService
  const parent = _trace?.started?.find((one) => contextOf(one)._spanId?.toString(16) === parentId)
  if (parent) return serviceOf(contextOf(parent)._tags) !== serviceOf(_tags)
  const isFirst = _trace?.started?.[0] === span
  return (isFirst && _tags?.['span.kind'] === 'server') || serviceOf(_tags) !== ownService
}

const contextOf = (span: Span): WideContext => span.context() as WideContext
