import type { Span, Tracer } from 'dd-trace'
import { once } from '../../common/output/once'
import { MAX_OPEN_JOBS } from '../../common/protocol/messages'
import { tracerTags } from '../../common/tracing/dd-trace/tracer-tags'
import type { JobEndState } from '../../common/tracing/job-span-tags'
import type { MonitorPort } from '../process/monitor-port'
import { EarlySpans } from './early-spans'
import { summariseError, summariseStack } from './error-summary'
import { canShowItsEnd, hasField, type JobContext, readField, readJob, readProgress } from './job-context'
import { readMemory } from './job-memory'
import {
  finishJobSpan,
  finishQueueSpan,
  type JobSpan,
  NO_QUEUE_SPAN,
  NO_SPAN,
  startJobSpan,
  startQueueSpan,
} from './job-span'
import { WaitingJobs } from './waiting-jobs'

/** Interval at which a context's `progress` is read, in milliseconds. */
const PROGRESS_INTERVAL_MS = 500

export interface JobTrackerOptions {
  readonly tracer: Tracer | null
  readonly port: Pick<MonitorPort, 'send'>
  /** Wall clock, milliseconds since the epoch. */
  readonly now: () => number
}

interface RunningJob {
  readonly key: number
  readonly job: JobContext
  readonly span: JobSpan
  progress: number | null
  /** True if the backend published that the user cancelled it; it is over when it ends. */
  cancelled: boolean
}

/**
 * Tracks the open jobs of this backend. No call throws, whatever it is given: the backend would die of it.
 */
export class JobTracker {
  readonly warnOnce: (message: string) => void
  readonly #options: JobTrackerOptions
  /** Who this process is in Datadog. */
  readonly #process: { readonly runtimeId: string | null; readonly version: string | null }
  readonly #waiting = new WaitingJobs()
  readonly #running = new Map<object, RunningJob>()
  readonly #early: EarlySpans | null
  #nextKey = 0
  #progressTimer: NodeJS.Timeout | null = null

  constructor(options: JobTrackerOptions) {
    this.#options = options
    this.warnOnce = once((message) => options.port.send({ type: 'warning', message }))
    const { 'runtime-id': runtimeId = null, version = null } = tracerTags(options.tracer)
    this.#process = { runtimeId, version }
    this.#early = options.tracer && new EarlySpans(options.tracer, options.port, options.now)
  }

  /** Tracks a job that was accepted and waits. */
  queue(context: unknown): void {
    const job = readJob(context)
    if (!job || this.#waiting.has(job.context) || this.#running.has(job.context)) {
      this.warnOnce(
        'a studio.job.queued context was ignored: it must be an object { id, name?, kind? } with an id',
      )
      return
    }
    if (!this.#hasRoom()) return
    const key = this.#nextKey++
    const queueSpan = (tracer: Tracer) => startQueueSpan(tracer, job)
    const span = this.#traced(queueSpan) ?? NO_QUEUE_SPAN
    this.#waiting.add({ key, job, span })
    this.#expectEntry(span)
    const queuedAt = this.#options.now()
    this.#options.port.send({ type: 'job-queued', ...described(key, job, span), ...this.#process, queuedAt })
  }

  /**
   * Tracks a job that runs.
   * @returns its span, to be active meanwhile
   */
  start(context: unknown): Span | null {
    const job = readJob(context)
    if (!job || !canShowItsEnd(job.context) || this.#running.has(job.context)) {
      this.warnOnce(
        'a studio.job context was ignored: it must be a fresh object { id, name?, kind? } with an id',
      )
      return null
    }
    const waited = this.#waiting.take(job)
    if (!waited && !this.#hasRoom()) return null
    const known = {
      ...job,
      name: job.name ?? waited?.job.name ?? null,
      kind: job.kind ?? waited?.job.kind ?? null,
    }
    if (waited) this.#finished(() => finishQueueSpan(waited.span, null))
    const span = this.#traced((tracer) => startJobSpan(tracer, known, waited?.span ?? null)) ?? NO_SPAN
    const key = waited?.key ?? this.#nextKey++
    this.#running.set(job.context, { key, job: known, span, progress: null, cancelled: false })
    const startedAt = this.#options.now()
    this.#options.port.send({
      type: 'job-started',
      ...described(key, known, span),
      ...this.#process,
      startedAt,
    })
    this.#expectEntry(span)
    if (waited) this.#early?.handOver()
    this.#progressTimer ??= setInterval(() => this.#sendProgress(), PROGRESS_INTERVAL_MS).unref()
    return span.span
  }

  /** Cancels a job that waits or runs. One that has ended already is ignored. */
  cancel(context: unknown): void {
    const job = readJob(context)
    if (!job) {
      this.warnOnce('a studio.job.cancelled context was ignored: it must be an object { id } with an id')
      return
    }
    const running = this.#running.get(job.context)
    const waiting = running ? null : this.#waiting.take(job)
    if (waiting) {
      this.#finished(() => finishQueueSpan(waiting.span, 'cancelled'))
      this.#options.port.send({ type: 'job-cancelled', key: waiting.key, cancelledAt: this.#options.now() })
      return
    }
    const meant = running ?? [...this.#running.values()].find((other) => other.job.id === job.id)
    if (meant) meant.cancelled = true
  }

  /** Ends a job, whatever its outcome. */
  end(context: object): void {
    const ended = this.#running.get(context)
    if (!ended) return
    this.#running.delete(context)
    if (this.#running.size === 0 && this.#progressTimer) {
      clearInterval(this.#progressTimer)
      this.#progressTimer = null
    }
    const thrown = readField(context, 'error')
    const error = hasField(context, 'error') ? summariseError(thrown) : null
    const state = endState(ended, error)
    const spanSent = this.#finished(() => finishJobSpan(ended.span, state, thrown)) ?? false
    const { key } = ended
    const at = this.#options.now()
    if (state === 'cancelled') {
      this.#options.port.send({ type: 'job-cancelled', key, cancelledAt: at })
      return
    }
    const progress = readProgress(context) ?? ended.progress
    const stack = error && summariseStack(thrown)
    const memory = readMemory(context)
    const outcome = { key, endedAt: at, progress, error, stack, spanSent, ...(memory && { memory }) }
    this.#options.port.send({ type: 'job-ended', ...outcome })
  }

  /** Notes on the span of a job that runs what it was expected to need, and what was free, in bytes. */
  foretell(key: number, expectedBytes: number, freeBytes: number): void {
    const running = [...this.#running.values()].find((each) => each.key === key)
    running?.span.span?.addTags({
      'studio.job.expected_bytes': expectedBytes,
      'studio.job.free_bytes': freeBytes,
    })
  }

  /** The key of a job that waits; `null` for any other. */
  waitingKey(context: object): number | null {
    return this.#waiting.get(context)?.key ?? null
  }

  /**
   * Leaves nothing of the jobs of an engine that is gone but those that wait for the next one: main has the others.
   * @returns the keys of those that were kept
   */
  keepWaiting(contexts: readonly object[]): number[] {
    const kept = this.#waiting.keep(new Set(contexts))
    this.#running.clear()
    if (this.#progressTimer) clearInterval(this.#progressTimer)
    this.#progressTimer = null
    return kept.map(({ key }) => key)
  }

  /** Takes out a job that waits and is lost: main has it, and sends its span. */
  loseWaiting(context: object): void {
    this.#waiting.remove(context)
  }

  /**
   * Finishes the spans of the jobs that are given up as this process, which was asked to stop, exits. Main is told
   * nothing: it knows the jobs, and that they were given up.
   */
  giveUp(): void {
    for (const { span } of this.#waiting.takeAll()) this.#finished(() => finishQueueSpan(span, 'cancelled'))
    for (const { span } of this.#running.values())
      this.#finished(() => finishJobSpan(span, 'cancelled', null))
    this.#running.clear()
  }

  #expectEntry({ span }: JobSpan): void {
    if (span) this.#early?.expectEntry(span)
  }

  #hasRoom(): boolean {
    const room = this.#waiting.size + this.#running.size < MAX_OPEN_JOBS
    if (!room) this.warnOnce(`more than ${MAX_OPEN_JOBS} jobs are open at once: those above are not tracked`)
    return room
  }

  #sendProgress(): void {
    for (const running of this.#running.values()) {
      const progress = readProgress(running.job.context)
      if (progress === null || progress === running.progress) continue
      running.progress = progress
      this.#options.port.send({ type: 'job-progress', key: running.key, progress })
    }
  }

  /**
   * Runs a tracer's function, whose errors must not become the backend's: what a subscriber throws ends the
   * process.
   */
  #traced<Result>(start: (tracer: Tracer) => Result): Result | null {
    const { tracer } = this.#options
    try {
      return tracer && start(tracer)
    } catch (error) {
      this.warnOnce(`jobs have no spans: ${summariseError(error).message}`)
      return null
    }
  }

  #finished<Result>(finish: () => Result): Result | null {
    try {
      return finish()
    } catch (error) {
      this.warnOnce(`the spans of jobs cannot be finished: ${summariseError(error).message}`)
      return null
    }
  }
}

/** The name that the web and Node give the error of an aborted operation. */
const CALLED_OFF = 'AbortError'

function endState({ cancelled }: RunningJob, error: { readonly name: string } | null): JobEndState {
  if (cancelled || error?.name === CALLED_OFF) return 'cancelled'
  return error ? 'failed' : 'done'
}

function described(key: number, { id, name, kind }: JobContext, { traceId, spanId, parentId }: JobSpan) {
  return { key, id, name, kind, traceId, spanId, parentId }
}
