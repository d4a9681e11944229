import type { SupervisorState } from '../../backend/supervisor-state'

/** Time without a job for which the backend must have run before a spare is made, in milliseconds. */
export const QUIET_MS = 3_000
/** Time after which a backend that is never quiet gets a spare too, in milliseconds. */
const BUSY_MS = 60_000
/** Below this much free memory no spare is made, in bytes: it takes about 100 MiB. */
export const ROOM_BYTES = 512 * 2 ** 20
/** Below this much one that waits is ended, in bytes: the room is the backend's. */
export const SHORT_BYTES = 256 * 2 ** 20
/** Age from which a spare is made anew, in milliseconds. */
export const OLD_MS = 60 * 60_000

/** The situation of a spare at a moment; times in milliseconds of one monotonic clock. */
export interface SpareFacts {
  readonly state: SupervisorState
  /** Why no process could be started from here; `null` where one may. */
  readonly hopeless: string | null
  /** `null` where there is none. */
  readonly spare: {
    readonly madeAt: number
    /** True if a fork now would be the same process. */
    readonly isCurrent: boolean
  } | null
  /** The memory that programs can still get here, in bytes; `null` where that cannot be told. */
  readonly freeBytes: number | null
  readonly now: number
  /** When the backend began to run. */
  readonly runningSince: number
  /** When it last had a job, or that it has one: now. */
  readonly busyAt: number
  /** The time before which none is made, as the last ones have died. */
  readonly notBefore: number
}

/** The step that follows from them; `why` none waits in words that go on from "none waits: ". */
export type SpareDecision =
  | { readonly to: 'make' | 'keep' }
  | { readonly to: 'wait' | 'end'; readonly why: string }

const OVER: ReadonlySet<SupervisorState> = new Set(['idle', 'gave-up', 'stopped'])

/** Decides whether a spare is made, kept or ended. */
export function decideSpare(facts: SpareFacts): SpareDecision {
  const never = OVER.has(facts.state) ? 'nothing is to be started' : facts.hopeless
  if (never !== null) return { to: facts.spare ? 'end' : 'wait', why: never }
  return facts.spare ? review(facts, facts.spare) : consider(facts)
}

function review({ now, freeBytes }: SpareFacts, spare: NonNullable<SpareFacts['spare']>): SpareDecision {
  if (!spare.isCurrent) return { to: 'end', why: 'what it was made from has changed: it is made anew' }
  if (now - spare.madeAt > OLD_MS) return { to: 'end', why: 'it has grown old: it is made anew' }
  if (freeBytes !== null && freeBytes < SHORT_BYTES) return { to: 'end', why: 'memory is short' }
  return { to: 'keep' }
}

function consider({ state, now, runningSince, busyAt, notBefore, freeBytes }: SpareFacts): SpareDecision {
  if (state !== 'running') return { to: 'wait', why: 'the backend does not run' }
  if (now < notBefore) return { to: 'wait', why: 'the last one died' }
  if (freeBytes !== null && freeBytes < ROOM_BYTES) return { to: 'wait', why: 'memory is short' }
  const isQuiet = now - Math.max(runningSince, busyAt) >= QUIET_MS
  if (!isQuiet && now - runningSince < BUSY_MS) return { to: 'wait', why: 'the backend is not quiet yet' }
  return { to: 'make' }
}
