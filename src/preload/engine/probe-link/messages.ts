import * as v from 'valibot'
import { JobNeedSchema } from '../../../common/protocol/job-need'
import { GPU, HELD, TAKEN } from './memory-messages'

/** Characters of one text; the probe cuts names and messages shorter, stacks longer. */
const MAX_TEXT = 16_000

const text = v.pipe(
  v.string(),
  v.transform((value) => value.slice(0, MAX_TEXT)),
)
const optionalText = v.nullish(text, null)
const count = v.pipe(v.number(), v.integer(), v.minValue(0))
/** The probe's own number for a job; `null` for a node that no job of the queue's runs. */
const job = v.nullable(count)
const optionalNumber = v.nullish(v.pipe(v.number(), v.finite()), null)
/** Milliseconds since the epoch, as JavaScript's `Date` can hold them. */
const at = v.pipe(v.number(), v.minValue(0), v.maxValue(8.64e15))

const ErrorSchema = v.object({
  name: optionalText,
  message: optionalText,
  stack: optionalText,
  node: v.nullish(v.object({ id: optionalText, class: optionalText }), null),
})
const FrameSchema = v.object({
  function: v.fallback(text, '?'),
  file: v.fallback(text, '???'),
  line: v.fallback(v.nullable(count), null),
})
/** How a node or a job ended. */
const state = v.fallback(v.nullable(v.picklist(['done', 'failed', 'interrupted'])), null)

/** The messages of the probe that are used, as `../probe/README.md` has them all. */
const ProbeMessageSchema = v.variant('type', [
  v.object({
    type: v.literal('hello'),
    at,
    protocol: v.literal(1),
    token: v.string(),
    pid: count,
    again: v.boolean(),
    python: optionalText,
    executable: v.optional(v.nullable(text), null),
    ddtrace: v.optional(v.nullable(text), null),
  }),
  /** The first line of the watchdog's connection; text follows. */
  v.object({ type: v.literal('watchdog'), token: v.string(), pid: count }),
  /** The first line of the connection on which it is answered; each line that follows asks to be read at once. */
  v.object({ type: v.literal('admission'), token: v.string(), pid: count }),
  v.object({
    type: v.literal('hooks'),
    at,
    module: text,
    found: v.array(text),
    missing: v.array(text),
  }),
  v.object({
    type: v.literal('pack'),
    at,
    pack: text,
    ms: v.number(),
    bytes: optionalNumber,
    ok: v.boolean(),
  }),
  v.object({
    type: v.literal('queued'),
    at,
    job: count,
    id: text,
    workflow: optionalText,
    output: optionalText,
    nodes: v.nullish(count, null),
    number: optionalNumber,
    resubmitted: v.fallback(count, 0),
  }),
  /** The body is as long as it is, and nobody's but the next engine's. */
  v.object({
    type: v.literal('carried'),
    at,
    job: count,
    body: v.nullish(v.string(), null),
    reason: optionalText,
  }),
  v.object({ type: v.literal('need'), at, job: count, id: text, ...JobNeedSchema.entries }),
  v.object({ type: v.literal('started'), at, job: count, id: text, ...HELD }),
  v.object({
    type: v.literal('node'),
    at,
    job,
    id: text,
    class: optionalText,
    pack: optionalText,
  }),
  v.object({
    type: v.literal('node-end'),
    at,
    job,
    id: text,
    state,
    cached: v.nullish(v.boolean(), false),
    ...TAKEN,
  }),
  v.object({ type: v.literal('growth'), at, job: count, id: text, resident: optionalNumber, ...TAKEN }),
  v.object({
    type: v.literal('left'),
    at,
    job: count,
    id: text,
    ...HELD,
    collected: v.nullish(v.boolean(), null),
  }),
  v.object({
    type: v.literal('progress'),
    at,
    job,
    node: optionalText,
    value: optionalNumber,
    max: optionalNumber,
  }),
  v.object({
    type: v.literal('ended'),
    at,
    job: count,
    id: text,
    state,
    error: v.nullish(ErrorSchema, null),
    ...TAKEN,
  }),
  v.object({ type: v.literal('removed'), at, job: count, id: text, how: text }),
  v.object({
    type: v.literal('rejected'),
    at,
    error: optionalText,
    nodes: v.nullish(v.array(v.looseObject({})), null),
  }),
  /** A job is next, and held back until it is answered. */
  v.object({
    type: v.literal('asks'),
    at,
    ask: count,
    job: count,
    id: text,
    ...HELD,
    freed: v.boolean(),
    uploads: count,
  }),
  /** The engine may be ended now: nothing runs in it, and nothing is brought to it. */
  v.object({ type: v.literal('leaving'), at }),
  v.object({
    type: v.literal('thread-died'),
    at,
    thread: optionalText,
    worker: v.boolean(),
    error: v.nullish(ErrorSchema, null),
  }),
  v.object({
    type: v.literal('profile'),
    at,
    began: at,
    thread: v.object({ id: count, native: v.nullish(count, null), name: optionalText }),
    ddtrace: v.fallback(v.boolean(), false),
    frames: v.array(v.tuple([v.nullable(text), v.nullable(text), v.number()])),
    owners: v.array(v.tuple([job, v.nullable(text)])),
    /** The numbers of frames, how often seen, milliseconds, growth in bytes, the number of the owner. */
    stacks: v.array(
      v.tuple([v.array(count), count, v.number(), v.pipe(v.number(), v.safeInteger()), v.nullable(count)]),
    ),
  }),
  v.object({ type: v.literal('ready'), at, worker: optionalText, main: optionalText }),
  /** The modules that a spare has to import; said once the engine is ready. */
  v.object({
    type: v.literal('modules'),
    at,
    folder: text,
    names: v.array(text),
    environment: v.record(v.string(), v.nullable(v.string())),
    resident: optionalNumber,
  }),
  v.object({
    type: v.literal('beat'),
    at,
    gpu: GPU,
    worker: v.nullish(v.boolean(), null),
    loopDelayMs: optionalNumber,
    place: v.nullish(FrameSchema, null),
  }),
  v.object({
    type: v.literal('stacks'),
    at,
    reason: v.picklist(['loop', 'worker']),
    threads: v.array(v.object({ id: text, name: optionalText, frames: v.array(FrameSchema) })),
  }),
  v.object({ type: v.literal('dropped'), at, count }),
  v.object({ type: v.literal('trouble'), at, what: optionalText, error: optionalText }),
])

export type ProbeMessage = v.InferOutput<typeof ProbeMessageSchema>
export type ProbeMessageOf<Type extends ProbeMessage['type']> = Extract<ProbeMessage, { type: Type }>

/** `null` for a line that is no message of the probe's, or one that is not used: it is left out. */
export function parseProbeMessage(line: string): ProbeMessage | null {
  try {
    const result = v.safeParse(ProbeMessageSchema, JSON.parse(line))
    return result.success ? result.output : null
  } catch {
    return null
  }
}
