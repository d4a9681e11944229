import * as v from 'valibot'

/** In the environment of a process that waits for a backend to run. Not a setting: main says it, and the backend does not see it. */
export const STANDBY_VARIABLE = 'HANZO_STUDIO_STANDBY'

const STANDING_BY = 'studio-datadog-monitor:standing-by'

const StandingBySchema = v.object({
  type: v.literal(STANDING_BY),
  /** Its resident memory, in bytes; part of it is shared with the app's other processes. */
  residentBytes: v.pipe(v.number(), v.finite(), v.minValue(0)),
})

export type StandingBy = v.InferOutput<typeof StandingBySchema>

/** The message of a process that has loaded all that is ours, on its `parentPort`: from then on it may be given a backend. */
export function standingBy(residentBytes: number): StandingBy {
  return { type: STANDING_BY, residentBytes }
}

/** `null` for anything else. */
export function parseStandingBy(data: unknown): StandingBy | null {
  const result = v.safeParse(StandingBySchema, data)
  return result.success ? result.output : null
}
