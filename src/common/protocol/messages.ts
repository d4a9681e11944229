import * as v from 'valibot'
import { scrubbedTo } from '../privacy/scrubber'

/**
 * What main and the backend's bootstrap say to each other, over a message port of their own:
 * `process.parentPort` stays the backend's. Nothing but plain data crosses, and what arrives is
 * `unknown` until it is parsed here. What the backend says is scrubbed here too: some of it is logged, kept and sent.
 */

/** Longest job id, name and kind kept, in bytes of JSON: that files stay readable depends on it. */
export const MAX_NAME_LENGTH = 200
/** Longest trace, span and runtime id, in bytes of JSON: 32 hexadecimal digits, 20 decimal ones, a UUID. */
export const MAX_ID_LENGTH = 40
/** Longest error message kept, in bytes of JSON. */
export const MAX_MESSAGE_LENGTH = 2_000
/** Longest stack kept, in bytes of JSON: about ten frames. */
export const MAX_STACK_LENGTH = 2_000
/**
 * By this environment variable a process is known as the backend's own when it has left its parent. Not `STUDIO_...`:
 * a Studio below this one would take it for a setting.
 */
export const BACKEND_MARKER = 'HANZO_STUDIO_BACKEND'
/** Jobs that may be open, waiting or running, at once; the ones above are not tracked. */
export const MAX_OPEN_JOBS = 10_000

/** Marks the one message on `parentPort` that is ours. */
const HELLO = 'studio-datadog-monitor:hello'

const text = (limit: number) =>
  v.pipe(
    v.string(),
    v.transform((value) => scrubbedTo(limit, value)),
  )
const name = text(MAX_NAME_LENGTH)
const tracedId = v.nullable(text(MAX_ID_LENGTH))
const epochMs = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(8.64e15))
const progress = v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(1)))
const count = v.pipe(v.number(), v.integer(), v.minValue(0))

const ErrorSchema = v.object({ name, message: text(MAX_MESSAGE_LENGTH) })

/** What is told of a job when it is queued or started. `key` stays the job's own from the first message to the last. */
const job = {
  key: count,
  id: name,
  name: v.nullable(name),
  kind: v.nullable(name),
  /** As dd-trace writes them into logs: 32 hexadecimal digits, then decimal numbers. `null` in a process without a tracer. */
  traceId: tracedId,
  /** The span of what the job does now: `studio.job.queue` while it waits, `studio.job` while it runs. */
  spanId: tracedId,
  /** `null` for a span that has no parent. */
  parentId: tracedId,
  /** As dd-trace tags this process's spans, metrics and profiles; `null` in a process without a tracer. */
  runtimeId: tracedId,
  /** `DD_VERSION`. */
  version: v.nullable(name),
}

const measure = v.pipe(v.number(), v.finite(), v.minValue(0))
/** In bytes. */
const size = measure
const bytes = v.nullable(size)

/** What the thread that profiles the backend is told. Times in milliseconds, sizes in bytes, `null` for off. */
const ProfilingSchema = v.object({
  folder: v.string(),
  periodMs: v.pipe(v.number(), v.finite(), v.minValue(1)),
  memoryLimitBytes: bytes,
})

/** The first message of all, on `parentPort`: it carries the monitor's port. */
const HelloSchema = v.object({
  type: v.literal(HELLO),
  /** V8's heap, where it was limited: its own figure counts the young generation too, and is never reached. */
  heapLimitBytes: bytes,
  profiling: v.nullable(ProfilingSchema),
  /** What main keeps from the backend's environment, so that it is blanked where the backend says it all the same. */
  secrets: v.array(v.string()),
})

export type Hello = v.InferOutput<typeof HelloSchema>
export type Profiling = v.InferOutput<typeof ProfilingSchema>

export function hello(
  heapLimitBytes: number | null,
  profiling: Profiling | null,
  secrets: readonly string[] = [],
): Hello {
  return { type: HELLO, heapLimitBytes, profiling, secrets: [...secrets] }
}

const BackendMessageSchema = v.variant('type', [
  /** The tracer is there. What had been loaded by then: our own bootstrap, and nothing else. */
  v.object({
    type: v.literal('booted'),
    /** Names this start of the backend in its profiles. */
    run: name,
    loadedBefore: v.array(text(MAX_MESSAGE_LENGTH)),
    codeCache: v.nullable(v.boolean()),
  }),
  /** The main thread is not stuck. Its memory, as V8 counts it. */
  v.object({
    type: v.literal('heartbeat'),
    heapUsedBytes: size,
    heapLimitBytes: size,
    externalBytes: size,
    /** The longest that the event loop was held up since the last heartbeat, in milliseconds. */
    loopDelayMs: measure,
  }),
  /** A set of profiles lies in the folder. */
  v.object({ type: v.literal('profiles-written') }),
  /** The backend's entry has been loaded. */
  v.object({ type: v.literal('ready') }),
  /** The backend's entry threw while it was loaded; the process ends right after. */
  v.object({ type: v.literal('launch-failed'), error: ErrorSchema }),
  /** An exception nobody caught; Node ends the process right after. */
  v.object({ type: v.literal('uncaught-exception'), error: ErrorSchema }),
  /** A job was accepted, and waits. */
  v.object({ type: v.literal('job-queued'), ...job, queuedAt: epochMs }),
  /** A job runs: one that was queued under this key before, or one that never waited. */
  v.object({ type: v.literal('job-started'), ...job, startedAt: epochMs }),
  v.object({ type: v.literal('job-progress'), key: count, progress }),
  /** The job completed, or failed where there is an `error`. */
  v.object({
    type: v.literal('job-ended'),
    key: count,
    endedAt: epochMs,
    progress,
    error: v.nullable(ErrorSchema),
    /** Where the error was thrown; `null` for what has no stack. */
    stack: v.nullable(text(MAX_STACK_LENGTH)),
    /** dd-trace itself sends the span of the job that failed, and main must not send it again. */
    spanSent: v.boolean(),
  }),
  /** The job is over by the user's will: it will not run, or it was interrupted. */
  v.object({ type: v.literal('job-cancelled'), key: count, cancelledAt: epochMs }),
  /** Finished spans that the ending process could not send itself, as the Agent's `/v0.4/traces` takes them. */
  v.object({
    type: v.literal('unsent-traces'),
    payload: v.custom<Uint8Array>((value) => value instanceof Uint8Array),
    count,
  }),
  /** What the profiler thread has cost since its start, by its own clock in milliseconds, and its V8 heap in bytes. */
  v.object({
    type: v.literal('profiler-cost'),
    cpuMs: measure,
    atMs: measure,
    memoryBytes: size,
  }),
  /** Why the Agent takes no traces of the backend, `null` when it does. Sent when that is first known, and when it changes. */
  v.object({ type: v.literal('traces-delivery'), failure: v.nullable(text(MAX_MESSAGE_LENGTH)) }),
  /** Something the bootstrap wants in the monitor's log. */
  v.object({ type: v.literal('warning'), message: text(MAX_MESSAGE_LENGTH) }),
])

/** From the backend's bootstrap to main. Times are milliseconds since the epoch. */
export type BackendMessage = v.InferOutput<typeof BackendMessageSchema>
export type JobQueued = Extract<BackendMessage, { type: 'job-queued' }>
export type JobStarted = Extract<BackendMessage, { type: 'job-started' }>
export type JobEnded = Extract<BackendMessage, { type: 'job-ended' }>
export type ErrorSummary = v.InferOutput<typeof ErrorSchema>

const MonitorMessageSchema = v.variant('type', [
  /** Please end: run your own shutdown, then exit. */
  v.object({ type: v.literal('stop') }),
  /** Memory is short: for the channel `studio.memory-pressure`. */
  v.object({ type: v.literal('memory-pressure'), usedBytes: size, limitBytes: size }),
])

/** From main to the backend's bootstrap. */
export type MonitorMessage = v.InferOutput<typeof MonitorMessageSchema>

/** `null` for a message that is the backend's own. */
export function parseHello(data: unknown): Hello | null {
  const result = v.safeParse(HelloSchema, data)
  return result.success ? result.output : null
}

/** `null` for anything that is not a message of ours: it is dropped. */
export function parseBackendMessage(data: unknown): BackendMessage | null {
  const result = v.safeParse(BackendMessageSchema, data)
  return result.success ? result.output : null
}

/** `null` for anything that is not a message of ours: it is dropped. */
export function parseMonitorMessage(data: unknown): MonitorMessage | null {
  const result = v.safeParse(MonitorMessageSchema, data)
  return result.success ? result.output : null
}
