import { tracingChannel } from 'node:diagnostics_channel'
import type { Tracer } from 'dd-trace'
import { MAX_NAME_LENGTH, MAX_OPEN_JOBS } from '../protocol'
import { bindActiveSpan } from './active-span'
import { summariseError } from './error-summary'
import { finishJobSpan, type JobSpan, NO_SPAN, startJobSpan } from './job-span'
import type { MonitorPort } from './monitor-port'

/** How often a context's `progress` is looked at, in milliseconds. */
const PROGRESS_INTERVAL_MS = 500

export interface JobChannelOptions {
  readonly tracer: Tracer | null
  readonly port: Pick<MonitorPort, 'send'>
  /** Wall clock, milliseconds since the epoch. */
  readonly now: () => number
}

interface OpenJob {
  readonly key: number
  readonly span: JobSpan
  readonly context: object
  progress: number | null
}

/**
 * Follows the jobs a backend publishes on `tracingChannel('studio.job')`: a span each, active while the job
 * runs, and a message to main at each start, progress and end.
 */
export function trackJobs({ tracer, port, now }: JobChannelOptions): void {
  const open = new Map<object, OpenJob>()
  const warned = new Set<string>()
  let nextKey = 0
  let progressTimer: NodeJS.Timeout | null = null
  /** The context whose start is being told of: by the binding first, then by the subscription. */
  let starting: unknown

  function warnOnce(message: string): void {
    if (warned.has(message)) return
    warned.add(message)
    port.send({ type: 'warning', message })
  }

  function start(context: unknown): OpenJob | null {
    const job = readJob(context)
    if (!job || open.has(job.context)) {
      warnOnce('a studio.job context was ignored: it must be a fresh object { id, name?, kind? } with an id')
      return null
    }
    if (open.size >= MAX_OPEN_JOBS) {
      warnOnce(`more than ${MAX_OPEN_JOBS} jobs are open at once: those above are not tracked`)
      return null
    }
    const span = startSpan(job)
    const opened = { key: nextKey++, span, context: job.context, progress: null }
    open.set(job.context, opened)
    port.send({
      type: 'job-started',
      key: opened.key,
      id: job.id,
      name: job.name,
      kind: job.kind,
      startedAt: now(),
      traceId: span.traceId,
      spanId: span.spanId,
    })
    progressTimer ??= setInterval(sendProgress, PROGRESS_INTERVAL_MS).unref()
    return opened
  }

  function end(context: object): void {
    const job = open.get(context)
    if (!job) return
    open.delete(context)
    if (open.size === 0 && progressTimer) {
      clearInterval(progressTimer)
      progressTimer = null
    }
    const failed = has(context, 'error')
    const thrown = readField(context, 'error')
    finishSpan(job.span, failed, thrown)
    port.send({
      type: 'job-ended',
      key: job.key,
      endedAt: now(),
      progress: readProgress(context) ?? job.progress,
      error: failed ? summariseError(thrown) : null,
    })
  }

  function sendProgress(): void {
    for (const job of open.values()) {
      const progress = readProgress(job.context)
      if (progress === null || progress === job.progress) continue
      job.progress = progress
      port.send({ type: 'job-progress', key: job.key, progress })
    }
  }

  /** A defect of the tracer must not become the backend's: what a subscriber throws ends the process. */
  function startSpan(job: JobContext): JobSpan {
    try {
      return tracer ? startJobSpan(tracer, job) : NO_SPAN
    } catch (error) {
      warnOnce(`jobs have no spans: ${summariseError(error).message}`)
      return NO_SPAN
    }
  }

  function finishSpan(span: JobSpan, failed: boolean, thrown: unknown): void {
    try {
      finishJobSpan(span, failed, thrown)
    } catch (error) {
      warnOnce(`the spans of jobs cannot be finished: ${summariseError(error).message}`)
    }
  }

  const channel = tracingChannel<unknown, object>('studio.job')
  const spanOf = (context: unknown) => {
    starting = context
    return start(context)?.span.span ?? null
  }
  if (tracer) bindActiveSpan(channel.start, spanOf, warnOnce)
  channel.subscribe({
    start: (context) => {
      if (context !== starting) start(context)
      starting = undefined
    },
    // A synchronous job, or one that threw before it returned a promise, is over here; others go on.
    end: (context) => {
      if (has(context, 'result') || has(context, 'error')) end(context)
    },
    asyncStart: () => {},
    asyncEnd: end,
    error: () => {},
  })
}

interface JobContext {
  readonly context: object
  readonly id: string
  readonly name: string | null
  readonly kind: string | null
}

function readJob(context: unknown): JobContext | null {
  if (typeof context !== 'object' || context === null) return null
  const id = readField(context, 'id')
  const usable = (typeof id === 'string' && id !== '') || (typeof id === 'number' && Number.isFinite(id))
  if (!usable || !canShowItsEnd(context)) return null
  return { context, id: cut(String(id)), name: readName(context, 'name'), kind: readName(context, 'kind') }
}

/** Node writes `result` or `error` into a context: one that has them already, or takes none, never seems to end. */
function canShowItsEnd(context: object): boolean {
  try {
    return Object.isExtensible(context) && !('result' in context) && !('error' in context)
  } catch {
    return false
  }
}

function readName(context: object, field: string): string | null {
  const value = readField(context, field)
  return typeof value === 'string' ? cut(value) : null
}

function readProgress(context: object): number | null {
  const value = readField(context, 'progress')
  return typeof value === 'number' && value >= 0 && value <= 1 ? value : null
}

/** The context is the backend's object: reading it may run its code, and that may throw. */
function readField(context: object, field: string): unknown {
  try {
    return (context as Record<string, unknown>)[field]
  } catch {
    return undefined
  }
}

function has(context: object, field: string): boolean {
  try {
    return field in context
  } catch {
    return false
  }
}

const cut = (value: string) => value.slice(0, MAX_NAME_LENGTH)
