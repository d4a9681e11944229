import * as v from 'valibot'

const MAX_WHY_LENGTH = 2_000
const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

/** How the spare of an engine stands. */
export const EngineSpareSchema = v.object({
  /** Its process, also while it is being made, which is none of the engine's; `null` where there is none. */
  pid: v.nullable(whole),
  /** Its resident memory when it had imported all, in bytes; `null` until then. */
  residentBytes: v.nullable(whole),
  /** Why none waits, in words; `null` where one does, or is being made. */
  why: v.nullable(
    v.pipe(
      v.string(),
      v.transform((text) => text.slice(0, MAX_WHY_LENGTH)),
    ),
  ),
})

export type EngineSpareStatus = Readonly<v.InferOutput<typeof EngineSpareSchema>>
