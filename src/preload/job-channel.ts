import { tracingChannel } from 'node:diagnostics_channel'
import type { Span, Tracer } from 'dd-trace'
import { MAX_NAME_LENGTH, MAX_OPEN_JOBS } from '../protocol'
import { bindActiveSpan } from './active-span'
import { summariseError } from './error-summary'
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
  readonly span: Span | null
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

  function warnOnce(message: string): void {
    if (warned.has(message)) return
    warned.add(message)
    port.send({ type: 'warning', message })
  }

  function start(context: unknown): OpenJob | null {
    if (typeof context === 'object' && context !== null && open.has(context)) return open.get(context) ?? null
    const job = readJob(context)
    if (!job) {
      warnOnce('a studio.job context was ignored: it must be a fresh object { id, name?, kind? } with an id')
      return null
    }
    if (open.size >= MAX_OPEN_JOBS) {
      warnOnce(`more than ${MAX_OPEN_JOBS} jobs are open at once: those above are not tracked`)
      return null
    }
    const span = startSpan(tracer, job)
    const opened = { key: nextKey++, span, context: job.context, progress: null }
    open.set(job.context, opened)
    port.send({
      type: 'job-started',
      key: opened.key,
      id: job.id,
      name: job.name,
      kind: job.kind,
      startedAt: now(),
      ...spanIds(tracer, span),
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
    if (failed) job.span?.setTag('error', thrown)
    job.span?.finish()
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

  const channel = tracingChannel<unknown, object>('studio.job')
  bindActiveSpan(channel.start, (context) => start(context)?.span ?? null, warnOnce)
  channel.subscribe({
    start: (context) => void start(context),
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
  // A context that has its result already was used for another job: its end could not be told.
  if (!usable || readField(context, 'result') !== undefined || readField(context, 'error') !== undefined)
    return null
  return { context, id: cut(String(id)), name: readName(context, 'name'), kind: readName(context, 'kind') }
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

function startSpan(tracer: Tracer | null, job: JobContext): Span | null {
  const parent = tracer?.scope().active()
  return (
    tracer?.startSpan('studio.job', {
      ...(parent ? { childOf: parent } : {}),
      tags: {
        'resource.name': job.name ?? job.kind ?? 'job',
        'span.type': 'worker',
        'studio.job.id': job.id,
        ...(job.kind === null ? {} : { 'studio.job.kind': job.kind }),
      },
    }) ?? null
  )
}

/** As dd-trace writes them into logs, so that a record leads to its trace. */
function spanIds(
  tracer: Tracer | null,
  span: Span | null,
): { traceId: string | null; spanId: string | null } {
  const carrier: { dd?: { trace_id?: string; span_id?: string } } = {}
  if (tracer && span) tracer.inject(span, 'log', carrier)
  return { traceId: carrier.dd?.trace_id ?? null, spanId: carrier.dd?.span_id ?? null }
}
