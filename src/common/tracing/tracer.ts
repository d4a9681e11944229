import path from 'node:path'
import type { Tracer } from 'dd-trace'
import { prepareScrubbing, scrub } from '../privacy/scrubber'
import { addTag } from './dd-tags'
import { areCodeCachesUsed } from './dd-trace/bundle'
import { exporterOf } from './dd-trace/exporter'
import { scrubSpans } from './dd-trace/scrub-spans'
import { boundTraces, whenTracesSent } from './dd-trace/trace-delivery'
import type { TraceQueue } from './dd-trace/trace-queue'
import { nameFsFunctions } from './fs-names'

/** The process that a span comes from: the tag `studio.process`. */
export type TracedProcess = 'main' | 'backend'

/** The state of dd-trace after its start. */
export interface TracerBoot {
  readonly tracer: Tracer | null
  /** The queue of what dd-trace sends to the Agent; `null` when it sends nothing. */
  readonly traces: TraceQueue | null
  /** Files loaded before dd-trace: nothing but the bundles that start it. */
  readonly loadedBefore: readonly string[]
  /**
   * True if V8 accepted the code caches of dd-trace and its start; `null` when there is none for this
   * Electron.
   */
  readonly codeCache: boolean | null
  /** The reason why there is no tracer; `null` when there is one. */
  readonly failure: string | null
}

/**
 * Loads and initialises dd-trace. Call it before anything that it should trace is loaded, with `DD_*` already
 * in `process.env`: dd-trace reads it once. A failure leaves the process untraced, never dead.
 */
export function startTracer(role: TracedProcess): TracerBoot {
  // Electron adds its built-in modules here too, without a path.
  const loadedBefore = Object.keys(require.cache ?? {}).filter((file) => path.isAbsolute(file))
  const tags = process.env.DD_TAGS
  try {
    nameFsFunctions()
    // Its first use reads the disk: within a span's end that would make another span, and so on.
    prepareScrubbing()
    // Not as an option of `init`: that would override the user's own DD_TAGS.
    process.env.DD_TAGS = addTag(tags && scrub(tags), `studio.process:${role}`)
    const ddTrace: { tracer: Tracer } = require('dd-trace')
    // Its profiler is native code without a build for Electron; ours takes its place.
    ddTrace.tracer.init({ profiling: false })
    scrubSpans(ddTrace.tracer, scrub)
    const { tracer } = ddTrace
    return {
      tracer,
      traces: boundTraces(tracer),
      loadedBefore,
      codeCache: areCodeCachesUsed(),
      failure: null,
    }
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error)
    return { tracer: null, traces: null, loadedBefore, codeCache: null, failure }
  } finally {
    // Child processes are not this process.
    if (tags === undefined) delete process.env.DD_TAGS
    else process.env.DD_TAGS = tags
  }
}

/**
 * Runs a function, and all that follows from it, outside of any trace: a restart may be requested within a
 * request.
 */
export function outsideTraces<T>(tracer: Tracer | null, run: () => T): T {
  return tracer ? tracer.scope().bind(run, null)() : run()
}

/** Sends the finished spans, and waits for the Agent's response for at most `deadlineMs` milliseconds. */
export function flushTraces(tracer: Tracer | null, deadlineMs: number): Promise<void> {
  const exporter = tracer && exporterOf(tracer)
  if (!tracer || !exporter) return Promise.resolve()
  return within(deadlineMs, (done) => exporter.flush(() => whenTracesSent(tracer, done)))
}

/** The finished spans that have not been sent, encoded for the Agent's `/v0.4/traces`, and their number. */
export interface UnsentTraces {
  readonly payload: Uint8Array
  readonly count: number
}

/** Takes the unsent spans out of dd-trace, for a process that has no time left to send them. */
export function takeUnsentTraces(tracer: Tracer | null): UnsentTraces | null {
  try {
    const encoder = tracer && exporterOf(tracer)?._writer?._encoder
    const count = encoder?.count() ?? 0
    return encoder && count > 0 ? { payload: encoder.makePayload(), count } : null
  } catch {
    // Called while the process exits: an error here would change its exit code.
    return null
  }
}

/** Sends another process's spans as if they were ours; waits for at most `deadlineMs` milliseconds. */
export function sendTraces(tracer: Tracer | null, traces: UnsentTraces, deadlineMs: number): Promise<void> {
  const writer = tracer && exporterOf(tracer)?._writer
  if (!writer?._sendPayload) return Promise.resolve()
  return within(deadlineMs, (done) => writer._sendPayload?.(Buffer.from(traces.payload), traces.count, done))
}

/**
 * Settles when `done` is called, when `start` throws or when the time is over: an absent Agent never calls
 * it.
 */
export function within(deadlineMs: number, start: (done: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const deadline = setTimeout(resolve, deadlineMs)
    const done = () => {
      clearTimeout(deadline)
      resolve()
    }
    try {
      start(done)
    } catch {
      done()
    }
  })
}
