import * as v from 'valibot'

/** A folder or file of `custom_nodes` that was imported at the engine's start, and what that cost. */
export const PackImportSchema = v.object({
  pack: v.string(),
  /** In milliseconds. */
  ms: v.pipe(v.number(), v.finite(), v.minValue(0)),
  /** Growth of the resident set; `null` where it is not known. */
  bytes: v.nullable(v.pipe(v.number(), v.finite())),
  ok: v.boolean(),
})
export type PackImport = v.InferOutput<typeof PackImportSchema>
