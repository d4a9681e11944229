import * as v from 'valibot'
import { PackImportSchema } from '../engine/pack-import'
import { scrubbedTo } from '../privacy/scrubber'
import { list } from './list'

/** The cost of an engine's packs and jobs, as its probe says it, on its way from the engine's runner to main's metrics. */

/** Longest name of a pack, in bytes of JSON. */
const MAX_NAME = 200
/** Most packs of one message. */
export const MAX_PACKS = 500

const name = v.pipe(
  v.string(),
  v.transform((value) => scrubbedTo(MAX_NAME, value)),
)
const size = v.pipe(v.number(), v.finite(), v.minValue(0))
/** Less than 0 where more was freed than taken. */
const growth = v.pipe(v.number(), v.finite())
const extremes = { peakBytes: v.nullable(size), growthBytes: v.nullable(growth) }

export const EnginePacksSchema = v.object({
  packs: list(v.object({ ...PackImportSchema.entries, pack: name }), MAX_PACKS),
})

export const EngineUsageSchema = v.object({
  /** The largest of the jobs that ended; `null` where none did. */
  jobs: v.nullable(v.object(extremes)),
  /** The largest of the nodes that ended, for each pack; `pack` is `null` for the engine's own. */
  nodes: list(v.object({ pack: v.nullable(name), ...extremes }), MAX_PACKS),
  /** All devices together, as of the last word; `null` where torch has initialised none. `peakBytes` since the engine began. */
  gpu: v.nullable(v.object({ allocatedBytes: size, reservedBytes: size, peakBytes: size })),
})
/** The memory that jobs and nodes took since the last such message, in bytes. */
export type EngineUsage = v.InferOutput<typeof EngineUsageSchema>
