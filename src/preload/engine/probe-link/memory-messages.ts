import * as v from 'valibot'

const text = v.nullish(v.pipe(v.string(), v.maxLength(16_000)), null)
const bytes = v.nullish(v.pipe(v.number(), v.finite()), null)
const count = v.pipe(v.number(), v.integer(), v.minValue(0))

/** All devices of torch's together; `null` where it has initialised none. */
export const GPU = v.fallback(
  v.nullable(v.object({ allocated: v.number(), reserved: v.number(), peak: v.number() })),
  null,
)

/** A place that took memory: the innermost frame below `custom_nodes`, else of the engine's, where one was seen. */
const PlaceSchema = v.object({
  bytes: v.pipe(v.number(), v.finite(), v.minValue(0)),
  node: v.nullish(v.object({ id: text, class: text, pack: text }), null),
  function: text,
  file: text,
  line: v.nullish(count, null),
})

/**
 * The memory that a node or a job took: `growth` less than 0 where more was freed, `peak` of the resident set, `rise` above the
 * lowest before, the top places.
 */
export const TAKEN = {
  growth: bytes,
  peak: bytes,
  rise: v.exactOptional(bytes),
  top: v.fallback(v.array(PlaceSchema), []),
  gpu: GPU,
}

/** The memory held at that moment. */
export const HELD = { resident: bytes, gpu: GPU }

export type ProbePlace = v.InferOutput<typeof PlaceSchema>
export type ProbeGpu = v.InferOutput<typeof GPU>
