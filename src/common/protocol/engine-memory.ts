import * as v from 'valibot'
import { scrubbedTo } from '../privacy/scrubber'
import { list } from './list'

/** The probe's word on who took the memory, on its way from the engine's runner to main. */

/** Longest name of a node, pack, function or job, in bytes of JSON. */
const MAX_NAME = 200
/** Longest path, in bytes of JSON. */
const MAX_PATH = 1_000
/** Most places of one message. */
export const MAX_PLACES = 20

const text = (limit: number) =>
  v.pipe(
    v.string(),
    v.transform((value) => scrubbedTo(limit, value)),
  )
const name = text(MAX_NAME)
const size = v.pipe(v.number(), v.finite(), v.minValue(0))
const growth = v.pipe(v.number(), v.finite())

/** An {@link EngineNode}. */
export const EngineNodeSchema = v.object({ id: name, type: v.nullable(name), pack: v.nullable(name) })

/** Memory of all GPUs together as torch counts it, in bytes; `peakBytes` since the engine began. */
const GpuSchema = v.object({ allocatedBytes: size, reservedBytes: size, peakBytes: size })

export const EngineMemorySchema = v.object({
  /** When it was read: wall clock, milliseconds since the epoch. */
  at: v.pipe(v.number(), v.minValue(0), v.maxValue(8.64e15)),
  /** The engine's process. */
  pid: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** Its resident set; `null` before the first job. */
  residentBytes: v.nullable(size),
  gpu: v.nullable(GpuSchema),
  /** The job that runs; `growthBytes` is less than 0 where it has freed more than it took, `riseBytes` above the lowest before. */
  job: v.nullable(
    v.object({ id: name, peakBytes: size, growthBytes: growth, riseBytes: v.exactOptional(size) }),
  ),
  /** The node that runs. */
  node: v.nullable(EngineNodeSchema),
  /** The places of memory that is still held, most first; `place` is `null` where no function was seen to take it. */
  places: list(
    v.object({
      bytes: size,
      node: EngineNodeSchema,
      place: v.nullable(v.object({ function: name, file: text(MAX_PATH), line: size })),
    }),
    MAX_PLACES,
  ),
})

/** The memory of an engine's process and who took it, as last told while it lived. */
export type EngineMemory = v.InferOutput<typeof EngineMemorySchema>
export type EnginePlace = EngineMemory['places'][number]
