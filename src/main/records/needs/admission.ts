import type { Verdict } from '../../../common/protocol/job-turn'
import type { FreeMemory } from './job-forecast'

/** Longest that a job waits for memory that another program holds, in milliseconds. */
export const WAITS_MOST_MS = 120_000
/** Memory left behind that is not worth to free, in bytes: a resident set wavers by as much. */
const NOISE = 16 * 2 ** 20

/** One end of the memory, in bytes. */
export interface Room {
  readonly boundBy: FreeMemory['boundBy']
  /** The memory that is left below it. */
  readonly freeBytes: number
  /** The memory that would be left for the first job of a new engine with no other program there. */
  readonly emptyBytes: number
}

/** A job that is next, and what is known of it. Sizes in bytes. */
export interface Turn {
  /** The memory that it is expected to need. */
  readonly neededBytes: number
  /** The same, as the first job of a new engine. */
  readonly neededAfreshBytes: number
  /** The memory that earlier jobs have left in the engine. */
  readonly leftBytes: number
  readonly rooms: readonly Room[]
  /** True once the engine was asked to free memory for this job. */
  readonly isFreed: boolean
  /** True while something is being brought to the engine, such as an upload. */
  readonly isBusy: boolean
  /** True where an engine can be replaced without losing a job. */
  readonly canReplace: boolean
}

/**
 * The reason for a verdict: the job fits; it would not even fit into an empty machine; the engine can free memory; its leftovers
 * are in the way, or will be taken away as soon as nothing is brought to it; another program holds the memory; nothing helps.
 */
export type Reason = 'fits' | 'too-large' | 'frees' | 'leftovers' | 'busy' | 'others' | 'in-vain'

export interface Decision {
  readonly verdict: Verdict
  readonly reason: Reason
}

interface HeldJob {
  /** When it began to wait for something that it cannot hurry; `null` before. */
  waitsSince: number | null
  /** True once an engine was replaced for it. */
  isReplaced: boolean
}

/** Decides what is done before a job begins that is expected not to fit: pure, the clock passed in. */
export class Admission {
  readonly #now: () => number
  readonly #held = new Map<number, HeldJob>()

  /** @param now a monotonic clock, in milliseconds */
  constructor(now: () => number) {
    this.#now = now
  }

  /** @param key of the job; @param turn `null` where nothing is known of its need */
  decide(key: number, turn: Turn | null): Decision {
    if (turn === null || turn.rooms.every(({ freeBytes }) => turn.neededBytes <= freeBytes))
      return { verdict: 'run', reason: 'fits' }
    const { rooms, neededAfreshBytes, leftBytes } = turn
    if (rooms.some(({ emptyBytes }) => neededAfreshBytes > emptyBytes))
      return { verdict: 'run', reason: 'too-large' }
    if (!turn.isFreed && leftBytes > NOISE) return { verdict: 'free', reason: 'frees' }
    const inTheWay = rooms.filter(({ freeBytes }) => neededAfreshBytes > freeBytes + leftBytes)
    const held = this.#of(key)
    if (inTheWay.length === 0) {
      if (held.isReplaced || !turn.canReplace || leftBytes <= NOISE)
        return { verdict: 'run', reason: 'in-vain' }
      if (turn.isBusy) return this.#wait(held, 'busy')
      const isOverdue = this.#wait(held, 'leftovers').verdict === 'run'
      return isOverdue ? { verdict: 'run', reason: 'in-vain' } : { verdict: 'leave', reason: 'leftovers' }
    }
    // Nothing but this engine's own processes takes from the limit: there is nobody to wait for.
    if (inTheWay.some(({ boundBy }) => boundBy === 'limit')) return { verdict: 'run', reason: 'in-vain' }
    return this.#wait(held, 'others')
  }

  /** An engine was replaced for the job. Not each verdict comes to that: something may have been brought to it just then. */
  replaced(key: number): void {
    this.#of(key).isReplaced = true
  }

  /** The job is over, or has begun. */
  forget(key: number): void {
    this.#held.delete(key)
  }

  /** @param kept the keys of the jobs that wait for the next engine */
  backendEnded(kept: ReadonlySet<number>): void {
    for (const key of [...this.#held.keys()]) if (!kept.has(key)) this.#held.delete(key)
  }

  #wait(held: HeldJob, reason: Reason): Decision {
    held.waitsSince ??= this.#now()
    return this.#now() - held.waitsSince < WAITS_MOST_MS
      ? { verdict: 'wait', reason }
      : { verdict: 'run', reason: 'in-vain' }
  }

  #of(key: number): HeldJob {
    const held = this.#held.get(key) ?? { waitsSince: null, isReplaced: false }
    this.#held.set(key, held)
    return held
  }
}
