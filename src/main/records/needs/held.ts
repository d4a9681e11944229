import { size } from '../../../common/output/units'
import type { Room } from './admission'
import { BOUNDS, describeNeed } from './forecast'
import type { Estimate } from './job-forecast'

/** The thing that is done meanwhile. */
const MEANWHILE = {
  frees: 'the engine is asked to unload its models and to free its caches first',
  leftovers: 'the engine is replaced first, as earlier jobs have left in it what this one needs',
  busy: 'the engine is to be replaced first, once what is being brought to it has come',
  others: 'another program holds what it needs, and it waits for that, 2 minutes at most',
} as const

/** One line about a job that is held back. @param leftBytes of earlier jobs, in the engine */
export function describeHeld(
  id: string,
  need: Estimate,
  { boundBy, freeBytes }: Room,
  leftBytes: number,
  reason: keyof typeof MEANWHILE,
): string {
  const free = `${size(Math.max(0, freeBytes))} are free ${BOUNDS[boundBy]}`
  const left = leftBytes > 0 ? `, and ${size(leftBytes)} are held by what earlier jobs left` : ''
  return `the job ${id} is held: it needs ${describeNeed(need)}; ${free}${left}: ${MEANWHILE[reason]}`
}

/** One line about a job that was held back, and begins. */
export function describeRelease(id: string, fits: boolean, heldMs: number): string {
  const after = `after ${(heldMs / 1_000).toFixed(1)} s`
  return fits
    ? `the job ${id} has room now, and begins ${after}`
    : `no room could be made for the job ${id}: it begins all the same, ${after}`
}

/** One line about an engine that was replaced between two jobs. */
export function describeRecycled({
  jobId,
  leftBytes,
  waiting,
}: {
  readonly jobId: string | null
  readonly leftBytes: number
  readonly waiting: number
}): string {
  const why = jobId === null ? 'before the next jobs no longer fit' : `for the job ${jobId}`
  const jobs =
    waiting === 0
      ? 'no job waited'
      : `${waiting === 1 ? 'one job comes' : `${waiting} jobs come`} back with the next one`
  return `the engine is recycled ${why}: earlier jobs had left ${size(leftBytes)} in it; ${jobs}`
}
