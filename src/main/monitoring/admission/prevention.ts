import { type JobTurn, UNASKED, type Verdict } from '../../../common/protocol/job-turn'
import type { BackendMessage } from '../../../common/protocol/messages'
import type { StudioMetrics } from '../../datadog/metrics/studio-metrics'
import type { Log } from '../../logging/log'
import { memoryBounds } from '../../memory/memory-bounds'
import { Admission, type Decision, type Reason, type Room } from '../../records/needs/admission'
import { describeHeld, describeRecycled, describeRelease } from '../../records/needs/held'
import type { Estimate } from '../../records/needs/job-forecast'
import { type ExpectedNeed, riseOf } from '../../records/needs/job-needs'
import { LeakWatch } from '../../records/needs/leak-watch'
import type { ForeseenRun } from './foresight'
import type { HeldJob, RecycledEngine } from './held-job'

/** The part of what is expected that a range may add to it: so near are 9 of 10 forecasts. */
const MARGIN = 1.15

/** Time without a job after which an engine that grows is replaced, and between two looks for it, in milliseconds. */
const IDLE_MS = 30_000
const LOOK_MS = 5_000

export interface PreventionOptions {
  readonly log: Log
  readonly metrics: Pick<StudioMetrics, 'jobHeld'>
  /** The memory limit in bytes; `null` when off. */
  readonly limitBytes: number | null
  readonly run: () => ForeseenRun | null
  readonly expected: (key: number) => ExpectedNeed | null
  /** The memory that earlier jobs have left in the engine, in bytes. */
  readonly leftBytes: () => number
  readonly tellBackend: (turn: number, verdict: Verdict) => void
  readonly onHeld: (held: HeldJob) => void
  readonly onRecycled: (recycled: RecycledEngine) => void
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
  readonly #leaks = new LeakWatch()
  readonly #looking: NodeJS.Timeout
  /** The keys of jobs that wait or run. */
  readonly #open = new Set<number>()
  /** When the last one of them was over; `null` while there is one, before the first, and once something is done. */
  #idleSince: number | null = null
  /** The job that an engine is being replaced for. */
  #leavesFor: (Pick<RecycledEngine, 'jobId' | 'leftBytes'> & { readonly key: number | null }) | null = null
  #hasFailed = false

  constructor(options: PreventionOptions) {
    this.#options = options
    this.#admission = new Admission(options.now)
    this.#looking = setInterval(() => this.#look(), LOOK_MS).unref()
  }

  /** Hears what the backend says, after those who know its needs. */
  hear(message: BackendMessage): void {
    switch (message.type) {
      case 'job-turn':
        this.#options.tellBackend(message.turn, this.#verdict(message.key, message))
        break
      case 'job-queued':
        this.#opens(message.key)
        break
      case 'job-started':
        this.#opens(message.key)
        this.#forget(message.key)
        break
      case 'job-ended': {
        const rise = message.memory ? riseOf(message.memory) : null
        if (rise !== null) this.#leaks.jobEnded(rise)
        this.#isOver(message.key)
        break
      }
      case 'job-left':
        this.#leaks.jobLeft(message.residentBytes)
        break
      case 'job-cancelled':
        this.#isOver(message.key)
        break
      case 'job-not-resubmitted':
        if (message.isOver) this.#isOver(message.key)
    }
  }

  /** @param kept the keys of the jobs that wait for the next engine */
  backendEnded(kept: ReadonlySet<number> = new Set()): void {
    this.#leavesFor = null
    this.#idleSince = null
    this.#leaks.engineEnded()
    for (const key of [...this.#open]) if (!kept.has(key)) this.#open.delete(key)
    this.#admission.backendEnded(kept)
    for (const key of [...this.#held.keys()]) if (!kept.has(key)) this.#held.delete(key)
  }

  /** The engine was ended to be replaced. */
  recycled(kept: ReadonlySet<number>): void {
    const { log, onRecycled } = this.#options
    const { jobId = null, leftBytes = 0, key = null } = this.#leavesFor ?? {}
    this.backendEnded(kept)
    if (key !== null && kept.has(key)) this.#admission.replaced(key)
    const recycled = { jobId, leftBytes, waiting: kept.size, at: new Date().toISOString() }
    log.info(describeRecycled(recycled))
    onRecycled(recycled)
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
      if (need && decision.verdict === 'leave')
        this.#leavesFor = { jobId: need.id, leftBytes: need.leftBytes, key }
      if (need) this.#tell(key, need, rooms, decision)
      return decision.verdict
    } catch (error) {
      this.#failed(error)
      return 'run'
    }
  }

  #rooms({ leftBytes }: ExpectedNeed): Room[] {
    const freshBytes = Math.max(0, (this.#heldBytes ?? 0) - leftBytes)
    return this.#bounds().map(({ boundBy, freeBytes, wholeBytes }) => ({
      boundBy,
      freeBytes,
      emptyBytes: wholeBytes - freshBytes,
    }))
  }

  /** The memory that the processes of the run hold, in bytes. */
  get #heldBytes(): number | null {
    return this.#options.run()?.held()?.treeRssBytes ?? null
  }

  #bounds() {
    const { limitBytes, run } = this.#options
    return memoryBounds({ limitBytes, heldBytes: this.#heldBytes, pid: run()?.pid ?? null })
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

  #opens(key: number): void {
    this.#open.add(key)
    this.#idleSince = null
  }

  #isOver(key: number): void {
    this.#forget(key)
    this.#open.delete(key)
    if (this.#open.size === 0) this.#idleSince = this.#options.now()
  }

  #failed(error: unknown): void {
    if (!this.#hasFailed) this.#options.log.error(`no room is made for jobs: ${error}`)
    this.#hasFailed = true
  }

  #look(): void {
    try {
      this.#lookForLeak()
    } catch (error) {
      this.#failed(error)
    }
  }

  /** Has an engine replaced that grows, before the next jobs no longer fit, while nobody needs it. */
  #lookForLeak(): void {
    const { now, leftBytes: left, log, tellBackend } = this.#options
    if (this.#idleSince === null || now() - this.#idleSince < IDLE_MS) return
    const leftBytes = left()
    const frees = this.#bounds().map(({ freeBytes }) => freeBytes)
    if (frees.length === 0 || !this.#leaks.willNotFit({ freeBytes: Math.min(...frees), leftBytes })) return
    // Where it cannot be ended just now, the next job is held for what it needs.
    this.#idleSince = null
    this.#leavesFor = { jobId: null, leftBytes, key: null }
    log.info('the engine keeps more with each job: it is to be replaced while it does nothing')
    tellBackend(UNASKED, 'leave')
  }

  stop(): void {
    clearInterval(this.#looking)
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
