import * as v from 'valibot'

/** Sixteen hexadecimal digits of a hash. */
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/))
const size = v.fallback(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2 ** 20))), null)

/** The kind that an engine's job is of, and the numbers that make it big; nothing of its inputs but these numbers. */
export const JobNeedSchema = v.object({
  /** The same for jobs of the same node classes, packs and model files. */
  family: hash,
  /** The same for jobs that name the same numbers at the same classes. */
  sizes: hash,
  /** Pixels of all nodes that name a width and a height, times images and frames; `null` where no number says how big it is. */
  pixels: v.fallback(v.nullable(v.pipe(v.number(), v.finite(), v.minValue(1))), null),
  /** The largest that a node of it names. */
  width: size,
  height: size,
  batch: size,
  frames: size,
  steps: size,
  /** The class of its first output node. */
  output: v.fallback(v.nullable(v.pipe(v.string(), v.maxLength(200))), null),
  /** Memory of all GPUs that torch has initialised, in bytes; `null` for none. */
  device: v.fallback(v.nullable(v.pipe(v.number(), v.finite(), v.minValue(0))), null),
})

export type JobNeed = v.InferOutput<typeof JobNeedSchema>
