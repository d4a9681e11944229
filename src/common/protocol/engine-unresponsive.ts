import * as v from 'valibot'
import { scrubbedTo } from '../privacy/scrubber'
import { list } from './list'

/**
 * How an engine can be unresponsive. `lock`: Python's lock is held by native code, nothing of Python runs. `loop`: the event
 * loop of its API does not run. `worker`: the thread that runs its jobs has died. `silent`: nothing is heard of it.
 */
export const UNRESPONSIVE_KINDS = ['lock', 'loop', 'worker', 'silent'] as const
export type UnresponsiveKind = (typeof UNRESPONSIVE_KINDS)[number]

/** Most sentences, threads of an engine, and frames of one, that are read. */
const MAX_WORDS = 50
const MAX_THREADS = 200
const MAX_FRAMES = 200

const text = (limit: number) =>
  v.pipe(
    v.string(),
    v.transform((value) => scrubbedTo(limit, value)),
  )
const name = text(200)

export const PythonFrameSchema = v.object({ function: name, file: text(500), line: v.nullable(v.number()) })
export const PythonStackSchema = v.object({
  thread: name,
  frames: v.pipe(list(PythonFrameSchema, MAX_FRAMES), v.readonly()),
})

/** An engine that is unresponsive: the time since when, the place, and the stacks of all its threads. */
export const EngineUnresponsiveSchema = v.object({
  kind: v.picklist(UNRESPONSIVE_KINDS),
  /** True where its stacks show that it loads a model, which may hold the lock for minutes and is no death. */
  isLoading: v.boolean(),
  unresponsiveMs: v.pipe(v.number(), v.finite(), v.minValue(0)),
  /** True once it may be restarted for it: at once, or after the longer wait of one that loads. */
  isRestartDue: v.boolean(),
  /** Sentences, in order of weight. */
  words: list(text(2_000), MAX_WORDS),
  node: v.nullable(v.object({ id: name, type: v.nullable(name), pack: v.nullable(name) })),
  /** Empty where they could not be read. */
  stacks: list(PythonStackSchema, MAX_THREADS),
})
export type EngineUnresponsive = v.InferOutput<typeof EngineUnresponsiveSchema>
