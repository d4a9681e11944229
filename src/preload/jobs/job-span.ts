import type { Span, SpanContext, Tracer } from 'dd-trace'
import { withholdSpan } from '../../common/tracing/dd-trace/withhold-span'
import { JOB_SPAN, type JobEndState, jobSpanTags, QUEUE_SPAN } from '../../common/tracing/job-span-tags'
import { tracedError } from './error-summary'
import type { JobContext } from './job-context'

export interface JobSpan {
  readonly span: Span | null
  /** As dd-trace writes them into logs, so that a record leads to its trace. */
  readonly traceId: string | null
  readonly spanId: string | null
  readonly parentId: string | null
}

export interface QueueSpan extends JobSpan {
  /** What the job's own span will be a child of, whatever is active when it runs. */
  readonly jobParent: SpanContext | null
}

/** What a job has in a process that is not traced. */
export const NO_SPAN: JobSpan = { span: null, traceId: null, spanId: null, parentId: null }
export const NO_QUEUE_SPAN: QueueSpan = { ...NO_SPAN, jobParent: null }

/** Starts the span of a job's wait, a child of what is active. */
export function startQueueSpan(tracer: Tracer, job: JobContext): QueueSpan {
  const parent = activeContext(tracer)
  const wait = startSpan(tracer, QUEUE_SPAN, job, parent)
  return { ...wait, jobParent: parent ?? wait.span?.context() ?? null }
}

/** Starts a job's span, a child of what was active when it was queued or, if it was not, of what is active now. */
export function startJobSpan(tracer: Tracer, job: JobContext, wait: QueueSpan | null): JobSpan {
  return startSpan(tracer, JOB_SPAN, job, wait?.jobParent ?? activeContext(tracer))
}

/** @param state how the wait ended: `null` for a job that runs now */
export function finishQueueSpan({ span }: QueueSpan, state: JobEndState | null): void {
  if (state) span?.setTag('studio.job.state', state)
  span?.finish()
}

/**
 * The span of a job that failed is left for main to send, which knows when the Agent has it; what is still open of
 * its trace is kept, whatever the sampling.
 * @param thrown what a failed job threw: anything, also nothing
 * @returns whether dd-trace sends the span of a job that failed after all
 */
export function finishJobSpan({ span }: JobSpan, state: JobEndState, thrown: unknown): boolean {
  if (!span) return false
  span.setTag('studio.job.state', state)
  if (state === 'failed') {
    span.setTag('manual.keep', true)
    if (withholdSpan(span)) return false
    span.setTag('error', tracedError(thrown))
  }
  span.finish()
  return state === 'failed'
}

/** As dd-trace 5.132 has it and its types do not; guarded by tests. */
interface WideSpanContext {
  readonly _noop?: unknown
  toTraceId(get128BitId: boolean): string
  toSpanId(): string
}

function startSpan(tracer: Tracer, name: string, job: JobContext, parent: SpanContext | null): JobSpan {
  const span = tracer.startSpan(name, { ...(parent ? { childOf: parent } : {}), tags: jobSpanTags(job) })
  // Not what logs get: the user may have those cut to 64 bits.
  const context: WideSpanContext = span.context()
  // What dd-trace gives when it is switched off: it has ids, and nobody will ever hear of them.
  if (context._noop) return NO_SPAN
  const traceId = context.toTraceId(true)
  return { span, traceId, spanId: context.toSpanId(), parentId: parent?.toSpanId() ?? null }
}

function activeContext(tracer: Tracer): SpanContext | null {
  return tracer.scope().active()?.context() ?? null
}
