import type { Span, Tracer } from 'dd-trace'
import { tracedError } from './error-summary'

export interface JobSpan {
  readonly span: Span | null
  /** As dd-trace writes it into logs, so that a record leads to its trace. */
  readonly traceId: string | null
  readonly spanId: string | null
}

/** What a job has in a process that is not traced. */
export const NO_SPAN: JobSpan = { span: null, traceId: null, spanId: null }

/** Starts a job's span, a child of what is active. */
export function startJobSpan(
  tracer: Tracer,
  { id, name, kind }: { readonly id: string; readonly name: string | null; readonly kind: string | null },
): JobSpan {
  const parent = tracer.scope().active()
  const span = tracer.startSpan('studio.job', {
    ...(parent ? { childOf: parent } : {}),
    tags: {
      'resource.name': name ?? kind ?? 'job',
      'span.type': 'worker',
      'studio.job.id': id,
      ...(kind === null ? {} : { 'studio.job.kind': kind }),
    },
  })
  const carrier: { dd?: { trace_id?: string; span_id?: string } } = {}
  tracer.inject(span, 'log', carrier)
  return { span, traceId: carrier.dd?.trace_id ?? null, spanId: carrier.dd?.span_id ?? null }
}

/** @param thrown what a failed job threw: anything, also nothing */
export function finishJobSpan({ span }: JobSpan, failed: boolean, thrown: unknown): void {
  if (failed) span?.setTag('error', tracedError(thrown))
  span?.finish()
}
