import * as v from 'valibot'

const count = v.pipe(v.number(), v.integer(), v.minValue(0))

/** A job of the engine's that is next, and is held back until the verdict. */
export const JobTurnSchema = v.object({
  /** The runner's own number for the question. */
  turn: count,
  /** True once the engine was asked to free memory for this job. */
  isFreed: v.boolean(),
  /** True while something is being brought to the engine, such as an upload. */
  isBusy: v.boolean(),
  /** True where this job, and all that wait, come back with the next engine. */
  canReturn: v.boolean(),
})

export type JobTurn = v.InferOutput<typeof JobTurnSchema>

/**
 * The verdicts on a job whose turn it is: it begins, the engine frees memory first, the engine is replaced first, or it
 * waits and asks again.
 */
export const VERDICTS = ['run', 'free', 'leave', 'wait'] as const

/** The number of a verdict that no job has asked for: `leave` has an engine that does nothing be replaced. */
export const UNASKED = 0

export const JobVerdictSchema = v.object({ turn: count, verdict: v.picklist(VERDICTS) })

export type JobVerdict = v.InferOutput<typeof JobVerdictSchema>
export type Verdict = JobVerdict['verdict']
