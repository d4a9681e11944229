import type { Span, SpanContext, Tracer } from 'dd-trace'
import { withholdSpan } from '../../common/tracing/dd-trace/withhold-span'
import { JOB_SPAN, type JobEndState, jobSpanTags, QUEUE_SPAN } from '../../common/tracing/job-span-tags'
import { tracedError } from './error-summary'
import type { JobContext } from './job-context'

export interface JobSpan {
  readonly span: Span | null
  /** The ids as dd-trace writes them into logs, so that a record links to its trace. */
  readonly traceId: string | null
  readonly spanId: string | null
  readonly parentId: string | null
}

export interface QueueSpan extends JobSpan {
  /** The parent of the job's own span, whatever is active when it runs. */
  readonly jobParent: SpanContext | null
}

/** The span of a job in a process that is not traced. */
export const NO_SPAN: JobSpan = { span: null, traceId: null, spanId: null, parentId: null }
export const NO_QUEUE_SPAN: QueueSpan = { ...NO_SPAN, jobParent: null }

/** Starts the span of a job's wait, a child of the active one. */
export function startQueueSpan(tracer: Tracer, job: JobContext): QueueSpan {
  const parent = activeContext(tracer)
  const wait = startSpan(tracer, QUEUE_SPAN, job, parent)
  return { ...wait, jobParent: parent ?? wait.span?.context() ?? null }
}

/**
 * Starts a job's span, a child of what was active when it was queued or, if it was not, of the active one.
 */
export function startJobSpan(tracer: Tracer, job: JobContext, wait: QueueSpan | null): JobSpan {
  return startSpan(tracer, JOB_SPAN, job, wait?.jobParent ?? activeContext(tracer))
}

/** @param state the outcome of the wait: `null` for a job that runs now */
export function finishQueueSpan({ span }: QueueSpan, state: JobEndState | null): void {
  if (state) span?.setTag('studio.job.state', state)
  span?.finish()
}

/**
 * Finishes a job's span. That of a failed job is left for main to send, which knows when the Agent has it;
 * what is still open of its trace is kept, whatever the sampling.
 * @param thrown what a failed job threw: anything, even nothing
 * @returns true if dd-trace sends the span of a failed job after all
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

/** The private parts of a span's context in dd-trace 5.132; guarded by tests. */
interface WideSpanContext {
  readonly _noop?: unknown
  toTraceId(get128BitId: boolean): string
  toSpanId(): string
}

/** Datadog keeps statistics of entries to a service and of what is measured: a job has a request above it. */
const MEASURED = { '_dd.measured': 1 }

function startSpan(tracer: Tracer, name: string, job: JobContext, parent: SpanContext | null): JobSpan {
  const span = tracer.startSpan(name, {
    ...(parent ? { childOf: parent } : {}),
    tags: { ...jobSpanTags(job), ...MEASURED },
  })
  // Not the ids in logs: the user may have those cut to 64 bits.
  const context: WideSpanContext = span.context()
  // dd-trace's span when it is switched off: it has ids, but is never sent.
  if (context._noop) return NO_SPAN
  const traceId = context.toTraceId(true)
  return { span, traceId, spanId: context.toSpanId(), parentId: parent?.toSpanId() ?? null }
}

function activeContext(tracer: Tracer): SpanContext | null {
  return tracer.scope().active()?.context() ?? null
}
