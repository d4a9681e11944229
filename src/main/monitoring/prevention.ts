import type { JobTurn, Verdict } from '../../common/protocol/job-turn'
import type { BackendMessage } from '../../common/protocol/messages'
import type { StudioMetrics } from '../datadog/metrics/studio-metrics'
import type { Log } from '../logging/log'
import { memoryBounds } from '../memory/memory-bounds'
import { Admission, type Decision, type Reason, type Room } from '../records/needs/admission'
import { describeHeld, describeRelease } from '../records/needs/held'
import type { Estimate } from '../records/needs/job-forecast'
import type { ExpectedNeed } from '../records/needs/job-needs'
import type { ForeseenRun } from './foresight'

/** The part of what is expected that a range may add to it: so near are 9 of 10 forecasts. */
const MARGIN = 1.15

/** A job that is held back before it begins, as it is expected not to fit. */
export interface HeldJob {
  /** The engine's own id for the job. */
  readonly id: string
  /**
   * The thing that is done for it: the engine frees memory, is replaced, or is to be once nothing is brought to it; or another
   * program holds the memory, and is waited for.
   */
  readonly reason: 'frees' | 'leftovers' | 'busy' | 'others'
  /** The need of the job, and the memory that is free, in bytes. */
  readonly expectedBytes: number
  readonly freeBytes: number
  /** ISO 8601, UTC. */
  readonly at: string
}

export interface PreventionOptions {
  readonly log: Log
  readonly metrics: Pick<StudioMetrics, 'jobHeld'>
  /** The memory limit in bytes; `null` when off. */
  readonly limitBytes: number | null
  readonly run: () => ForeseenRun | null
  readonly expected: (key: number) => ExpectedNeed | null
  readonly tellBackend: (turn: number, verdict: Verdict) => void
  readonly onHeld: (held: HeldJob) => void
  /** Monotonic, in milliseconds. */
  readonly now: () => number
}

interface Held {
  readonly since: number
  reason: Reason
}

/** Makes room before a job of the engine's begins that is expected not to fit. A failure in it is told once, and holds no job. */
export class Prevention {
  readonly #options: PreventionOptions
  readonly #admission: Admission
  readonly #held = new Map<number, Held>()
  #hasFailed = false

  constructor(options: PreventionOptions) {
    this.#options = options
    this.#admission = new Admission(options.now)
  }

  /** Hears what the backend says, after those who know its needs. */
  hear(message: BackendMessage): void {
    switch (message.type) {
      case 'job-turn':
        this.#options.tellBackend(message.turn, this.#verdict(message.key, message))
        break
      case 'job-started':
      case 'job-cancelled':
        this.#forget(message.key)
        break
      case 'job-not-resubmitted':
        if (message.isOver) this.#forget(message.key)
    }
  }

  /** @param kept the keys of the jobs that wait for the next engine */
  backendEnded(kept: ReadonlySet<number> = new Set()): void {
    this.#admission.backendEnded(kept)
    for (const key of [...this.#held.keys()]) if (!kept.has(key)) this.#held.delete(key)
  }

  #verdict(key: number, turn: JobTurn): Verdict {
    try {
      const need = this.#options.expected(key)
      const rooms = need ? this.#rooms(need) : []
      const decision = this.#admission.decide(
        key,
        need && {
          neededBytes: upperEnd(need.now),
          neededAfreshBytes: upperEnd(need.afresh),
          leftBytes: need.leftBytes,
          rooms,
          ...turn,
          canReplace: turn.canReturn,
        },
      )
      if (need) this.#tell(key, need, rooms, decision)
      return decision.verdict
    } catch (error) {
      if (!this.#hasFailed) this.#options.log.error(`no room is made for jobs: ${error}`)
      this.#hasFailed = true
      return 'run'
    }
  }

  #rooms({ leftBytes }: ExpectedNeed): Room[] {
    const { limitBytes, run: current } = this.#options
    const run = current()
    const heldBytes = run?.held()?.treeRssBytes ?? null
    const freshBytes = Math.max(0, (heldBytes ?? 0) - leftBytes)
    return memoryBounds({ limitBytes, heldBytes, pid: run?.pid ?? null }).map(
      ({ boundBy, freeBytes, wholeBytes }) => ({ boundBy, freeBytes, emptyBytes: wholeBytes - freshBytes }),
    )
  }

  #tell(key: number, need: ExpectedNeed, rooms: readonly Room[], { verdict, reason }: Decision): void {
    const { log, metrics, onHeld, now } = this.#options
    const held = this.#held.get(key)
    const [least] = rooms.toSorted((one, other) => one.freeBytes - other.freeBytes)
    if (verdict === 'run') {
      this.#held.delete(key)
      // One that fits at once, or whatever is done, is told of as it begins.
      if (!held) return
      log.info(describeRelease(need.id, reason === 'fits', now() - held.since))
      metrics.jobHeld(reason === 'fits')
      return
    }
    if (!least || held?.reason === reason || !isHolding(reason)) return
    this.#held.set(key, { since: held?.since ?? now(), reason })
    log.info(describeHeld(need.id, need.now, least, need.leftBytes, reason))
    const { expectedBytes } = need.now
    const at = new Date().toISOString()
    onHeld({ id: need.id, reason, expectedBytes, freeBytes: Math.max(0, least.freeBytes), at })
  }

  #forget(key: number): void {
    this.#admission.forget(key)
    this.#held.delete(key)
  }
}

function isHolding(reason: Reason): reason is HeldJob['reason'] {
  return reason === 'frees' || reason === 'leftovers' || reason === 'busy' || reason === 'others'
}

/** The memory that is made room for: the upper end of the range, where that is not far off. In bytes. */
function upperEnd({ expectedBytes, highBytes }: Estimate): number {
  return Math.min(Math.max(expectedBytes, highBytes ?? 0), expectedBytes * MARGIN)
}
