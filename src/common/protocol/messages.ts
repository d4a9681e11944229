import * as v from 'valibot'
import { CONSENTS } from '../privacy/consent'
import { scrubbedTo } from '../privacy/scrubber'
import { EnginePacksSchema, EngineUsageSchema } from './engine-costs'
import { EngineMemorySchema, EngineNodeSchema } from './engine-memory'
import { EngineSpareSchema } from './engine-spare'
import { EngineUnresponsiveSchema } from './engine-unresponsive'
import { JobNeedSchema } from './job-need'
import { JobTurnSchema, JobVerdictSchema } from './job-turn'
import { MAX_ID_LENGTH, MAX_MESSAGE_LENGTH, MAX_NAME_LENGTH, MAX_STACK_LENGTH } from './lengths'
import { list } from './list'

/**
 * The messages between main and the backend's bootstrap, over a message port of their own:
 * `process.parentPort` stays the backend's. Nothing but plain data crosses, and what arrives is `unknown`
 * until it is parsed here. What the backend sends is scrubbed here too: some of it is logged, kept and sent.
 */

export { MAX_ID_LENGTH, MAX_MESSAGE_LENGTH, MAX_NAME_LENGTH, MAX_STACK_LENGTH }
/**
 * The environment variable that identifies a process as the backend's own after it has left its parent. Not
 * `STUDIO_...`: a Studio below this one would take it for a setting.
 */
export const BACKEND_MARKER = 'HANZO_STUDIO_BACKEND'
/** Most jobs open (waiting or running) at once; more are not tracked. */
export const MAX_OPEN_JOBS = 10_000

/** Most modules of which it is said that they were loaded before the tracer. */
const MAX_LOADED_BEFORE = 1_000

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
/** The stack of an error; `null` if it has none. */
const stack = v.nullable(text(MAX_STACK_LENGTH))

/**
 * The fields of a job when it is queued or started. `key` identifies it from its first message to its last.
 */
const job = {
  key: count,
  id: name,
  name: v.nullable(name),
  kind: v.nullable(name),
  /**
   * The ids as dd-trace writes them into logs: 32 hexadecimal digits, then decimal numbers. `null` in a
   * process without a tracer.
   */
  traceId: tracedId,
  /** The span of the job's current state: `studio.job.queue` while it waits, `studio.job` while it runs. */
  spanId: tracedId,
  /** `null` for a span that has no parent. */
  parentId: tracedId,
  /**
   * The `runtime-id` tag of this process's spans, metrics and profiles; `null` in a process without a tracer.
   */
  runtimeId: tracedId,
  /** `DD_VERSION`. */
  version: v.nullable(name),
}

const measure = v.pipe(v.number(), v.finite(), v.minValue(0))
/** A size in bytes. */
const size = measure
const bytes = v.nullable(size)

/** The profiler thread's configuration. Times in milliseconds, sizes in bytes, `null` for off. */
const ProfilingSchema = v.object({
  folder: v.string(),
  periodMs: v.pipe(v.number(), v.finite(), v.minValue(1)),
  memoryLimitBytes: bytes,
})

const TagsSchema = v.record(v.string(), v.string())

/** The first message on `parentPort` to a backend: it carries the monitor's port. */
const HelloSchema = v.object({
  type: v.literal(HELLO),
  /**
   * The limit of V8's heap, if one was set: V8's own figure includes the young generation, and is never
   * reached.
   */
  heapLimitBytes: bytes,
  profiling: v.nullable(ProfilingSchema),
  /** Secrets that main keeps from the backend's environment, blanked where the backend prints them all the same. */
  secrets: v.array(v.string()),
  /** The tags that the app gives to all that follows. */
  tags: v.optional(TagsSchema, {}),
  /** The program, where the process was forked before it was known; `null` for the one that its arguments name. */
  program: v.optional(v.nullable(v.object({ entry: v.string(), args: v.array(v.string()) })), null),
})

export type Hello = v.InferOutput<typeof HelloSchema>
export type Profiling = v.InferOutput<typeof ProfilingSchema>

export function hello(
  heapLimitBytes: number | null,
  profiling: Profiling | null,
  secrets: readonly string[] = [],
  tags: Readonly<Record<string, string>> = {},
  program: { readonly entry: string; readonly args: readonly string[] } | null = null,
): Hello {
  return {
    ...{ type: HELLO, heapLimitBytes, profiling, secrets: [...secrets], tags: { ...tags } },
    program: program && { entry: program.entry, args: [...program.args] },
  }
}

/** The memory that an engine's job took; `null` where it is not known. */
export const JobMemorySchema = v.object({
  /** Largest resident set of the engine while the job ran, in bytes. */
  peakBytes: bytes,
  /** In bytes; less than 0 where it freed more than it took. */
  growthBytes: v.nullable(v.pipe(v.number(), v.finite())),
  /** How far the resident set rose above the lowest before, in bytes: what it took of the memory. */
  riseBytes: v.exactOptional(bytes),
  /** The resident set when it began, in bytes. */
  startBytes: v.exactOptional(bytes),
  /** The memory that it added to the GPUs at its peak, in bytes, as far as torch's own count shows it. */
  gpuBytes: v.exactOptional(bytes),
  /** How many of its nodes were run: what the engine had in its cache is not. */
  nodesRun: v.exactOptional(count),
  /** The node that failed. */
  node: v.nullable(EngineNodeSchema),
})
export type JobMemory = v.InferOutput<typeof JobMemorySchema>

const BackendMessageSchema = v.variant('type', [
  /** The tracer has started; `loadedBefore` should be our own bootstrap and nothing else. */
  v.object({
    type: v.literal('booted'),
    /** Identifies this start of the backend in its profiles. */
    run: name,
    /** The tag `runtime-id` of its spans and profiles; `null` without a tracer. */
    runtimeId: tracedId,
    loadedBefore: list(text(MAX_MESSAGE_LENGTH), MAX_LOADED_BEFORE),
    codeCache: v.nullable(v.boolean()),
  }),
  /** A heartbeat: the main thread is responsive. Carries its memory, as V8 counts it. */
  v.object({
    type: v.literal('heartbeat'),
    heapUsedBytes: size,
    heapLimitBytes: size,
    externalBytes: size,
    /** The longest time the event loop was blocked since the last heartbeat, in milliseconds. */
    loopDelayMs: measure,
  }),
  /** A profile set was written to the folder. */
  v.object({ type: v.literal('profiles-written') }),
  /** The backend's entry has been loaded. */
  v.object({ type: v.literal('ready') }),
  /** The backend's entry threw while it was loaded; the process exits right after. */
  v.object({ type: v.literal('launch-failed'), error: ErrorSchema, stack }),
  /** An uncaught exception; Node ends the process right after. */
  v.object({ type: v.literal('uncaught-exception'), error: ErrorSchema, stack }),
  /** A job was accepted, and waits. */
  v.object({ type: v.literal('job-queued'), ...job, queuedAt: epochMs }),
  /** A job runs: one that was queued under this key, or one that never waited. */
  v.object({ type: v.literal('job-started'), ...job, startedAt: epochMs }),
  v.object({ type: v.literal('job-progress'), key: count, progress }),
  /** The job completed or, with an `error`, failed. */
  v.object({
    type: v.literal('job-ended'),
    key: count,
    endedAt: epochMs,
    progress,
    error: v.nullable(ErrorSchema),
    stack,
    /** Said of an engine's job alone. */
    memory: v.exactOptional(JobMemorySchema),
    /** dd-trace itself sends the span of the job that failed, and main must not send it again. */
    spanSent: v.boolean(),
  }),
  /** The numbers that make a job of the engine's big: said while it waits. */
  v.object({ type: v.literal('job-need'), key: count, ...JobNeedSchema.entries }),
  /** It is the turn of an engine's job, which is held back until main's verdict. */
  v.object({ type: v.literal('job-turn'), key: count, ...JobTurnSchema.entries }),
  /** The memory that the engine holds after a job, once it has freed what it frees; before the next begins. */
  v.object({ type: v.literal('job-left'), id: name, residentBytes: size }),
  /** Who took the engine's memory, told while it lives. */
  v.object({ type: v.literal('engine-memory'), ...EngineMemorySchema.entries }),
  /** The memory that its jobs and nodes took, every few seconds while there is anything to say. */
  v.object({ type: v.literal('engine-usage'), ...EngineUsageSchema.entries }),
  /** The cost of importing each custom-node pack, once at each start of the engine. */
  v.object({ type: v.literal('engine-packs'), ...EnginePacksSchema.entries }),
  /** The user cancelled the job: it will not run, or it was interrupted. */
  v.object({ type: v.literal('job-cancelled'), key: count, cancelledAt: epochMs }),
  /**
   * The engine has ended, and its runner, this process, lives on: it keeps the jobs that had not begun for the next
   * engine. No more is said of the others.
   */
  v.object({
    type: v.literal('engine-ended'),
    exitCode: v.pipe(v.number(), v.integer()),
    kept: list(count, MAX_OPEN_JOBS),
    /** True where it was ended between two jobs, for the next one: that is no death. */
    isReplaced: v.boolean(),
  }),
  /** The next engine has a job that had not begun when the last one ended. */
  v.object({ type: v.literal('job-resubmitted'), key: count }),
  /**
   * A job that had not begun does not come back. It is over with this message, or, where `isOver` is false, with the death
   * of its engine, which follows.
   */
  v.object({
    type: v.literal('job-not-resubmitted'),
    key: count,
    reason: text(MAX_MESSAGE_LENGTH),
    isOver: v.boolean(),
  }),
  /** Finished spans that the ending process could not send itself, as the Agent's `/v0.4/traces` takes them. */
  v.object({
    type: v.literal('unsent-traces'),
    payload: v.custom<Uint8Array>((value) => value instanceof Uint8Array),
    count,
  }),
  /**
   * The CPU time of the profiler thread since its start, by its own clock in milliseconds, and its V8 heap in
   * bytes.
   */
  v.object({
    type: v.literal('profiler-cost'),
    cpuMs: measure,
    atMs: measure,
    memoryBytes: size,
  }),
  /**
   * The reason why the Agent does not accept the backend's traces; `null` when it does. Sent when first
   * known, and on every change.
   */
  v.object({ type: v.literal('traces-delivery'), failure: v.nullable(text(MAX_MESSAGE_LENGTH)) }),
  /** The engine does not respond. Sent again once it may be restarted for it, and for another reason. */
  v.object({ type: v.literal('engine-unresponsive'), ...EngineUnresponsiveSchema.entries }),
  v.object({ type: v.literal('engine-responsive') }),
  /** An engine is started: true where a tracer of its own may be in it, which sends by itself. */
  v.object({ type: v.literal('engine-tracer'), maySend: v.boolean() }),
  /** How the engine's spare stands. */
  v.object({ type: v.literal('engine-spare'), ...EngineSpareSchema.entries }),
  /** A warning from the bootstrap for the monitor's log. */
  v.object({ type: v.literal('warning'), message: text(MAX_MESSAGE_LENGTH) }),
])

/** A message from the backend's bootstrap to main. Times are milliseconds since the epoch. */
export type BackendMessage = v.InferOutput<typeof BackendMessageSchema>
export type JobQueued = Extract<BackendMessage, { type: 'job-queued' }>
export type JobStarted = Extract<BackendMessage, { type: 'job-started' }>
export type JobEnded = Extract<BackendMessage, { type: 'job-ended' }>
export type ErrorSummary = v.InferOutput<typeof ErrorSchema>

const MonitorMessageSchema = v.variant('type', [
  /** Asks the backend to run its own shutdown, then exit. */
  v.object({ type: v.literal('stop') }),
  /** To a runner that has outlived its engine: no other is started, and it exits. Its jobs are on record as lost, or given up. */
  v.object({ type: v.literal('dismiss'), isLoss: v.boolean() }),
  /** Memory is short: published on the channel `studio.memory-pressure`. */
  v.object({ type: v.literal('memory-pressure'), usedBytes: size, limitBytes: size }),
  /** The user's answer, whether anything may leave the machine. */
  v.object({ type: v.literal('consent'), consent: v.picklist(CONSENTS) }),
  /** The tags that the app gives to all that follows; they replace those before. */
  v.object({ type: v.literal('app-tags'), tags: TagsSchema }),
  /** The memory that a job which has begun was expected to need, and that was free; for its span. */
  v.object({ type: v.literal('job-forecast'), key: count, expectedBytes: size, freeBytes: size }),
  /** The answer to a job whose turn it is. */
  v.object({ type: v.literal('job-verdict'), ...JobVerdictSchema.entries }),
  /** To a runner that has outlived its engine: the next one is to be started. */
  v.object({ type: v.literal('start-engine') }),
])

/** A message from main to the backend's bootstrap. */
export type MonitorMessage = v.InferOutput<typeof MonitorMessageSchema>

/** Parses the first message; `null` for a message that is the backend's own. */
export function parseHello(data: unknown): Hello | null {
  const result = v.safeParse(HelloSchema, data)
  return result.success ? result.output : null
}

/** Parses a message from the backend; `null` for anything else, which is dropped. */
export function parseBackendMessage(data: unknown): BackendMessage | null {
  const result = v.safeParse(BackendMessageSchema, data)
  return result.success ? result.output : null
}

/** Parses a message from main; `null` for anything else, which is dropped. */
export function parseMonitorMessage(data: unknown): MonitorMessage | null {
  const result = v.safeParse(MonitorMessageSchema, data)
  return result.success ? result.output : null
}
