import type { Answer } from './api/answer'
import type { EngineApi } from './api/engine-api'
import type { Frame } from './api/frames'
import type { Outcome } from './api/jobs'
import { EngineJobTracker, type Missing } from './engine-job-tracker'
import { EngineJobs, type EngineJobsOptions } from './engine-jobs'
import { EngineSocket } from './engine-socket'
import { nextLookMs, PollBudget } from './polling'
import { SubmissionCounter } from './submission-counter'

/** Jobs of the history read beyond the missing ones, which may have ended before others. */
const MORE_LOOK_BACK = 4
/** Most jobs of the history read at once: each comes with its whole workflow. */
const MAX_LOOK_BACK = 50
/**
 * Time within which frames share one request, in milliseconds: they come in pairs, as one job ends and the
 * next begins.
 */
const TOGETHER_MS = 20
/** Delay before a problem is logged, in milliseconds: an engine that dies closes its socket first. */
const SAY_AFTER_MS = 1_500

export interface JobFollowerOptions extends Pick<EngineJobsOptions, 'tracer'> {
  readonly api: EngineApi
  /** Logs one line. */
  readonly say: (line: string) => void
  /** A monotonic clock, in milliseconds. */
  readonly now?: () => number
}

/**
 * Follows the engine's jobs from outside. The WebSocket says that something changed, the API says what:
 * nothing is concluded from a missing message, a dropped connection or an invalid response.
 */
export class JobFollower {
  readonly jobs: EngineJobs
  readonly #options: JobFollowerOptions
  readonly #now: () => number
  readonly #book = new EngineJobTracker()
  readonly #submissions = new SubmissionCounter()
  readonly #allowance: PollBudget
  readonly #socket: EngineSocket
  #timer: NodeJS.Timeout | null = null
  #dueAt = Number.POSITIVE_INFINITY
  #notBefore = 0
  #isLooking = false
  #wasTold = false
  #failures = 0
  #quietLooks = 0
  #trouble: string | null = null
  #saying: NodeJS.Timeout | null = null
  #saidLost = false
  #isStopped = false

  constructor(options: JobFollowerOptions) {
    const { api, tracer, say } = options
    this.#options = options
    this.#now = options.now ?? (() => performance.now())
    this.#allowance = new PollBudget(this.#now())
    this.jobs = new EngineJobs({
      tracer,
      nodeTypes: async (id) => {
        const types = await api.nodeTypes(id)
        return types.ok ? types.body : null
      },
    })
    this.#socket = new EngineSocket({
      url: api.url,
      onFrame: (frame) => this.#onFrame(frame),
      onOpen: () => {
        if (this.#saidLost) say("the engine's WebSocket is open again")
        this.#saidLost = false
        this.#submissions.restart()
        this.#wake()
      },
      onLost: () => {
        this.#saying ??= setTimeout(() => this.#tellSocket(), SAY_AFTER_MS)
        this.#wake()
      },
    })
    this.#wake()
  }

  stop(): void {
    this.#isStopped = true
    this.jobs.close()
    this.#socket.close()
    if (this.#timer) clearTimeout(this.#timer)
    if (this.#saying) clearTimeout(this.#saying)
  }

  #onFrame(frame: Frame): void {
    if (frame.type === 'status') {
      this.#submissions.remaining(frame.remaining)
      this.#wake()
      return
    }
    this.jobs.apply(this.#book.start(frame.jobId))
    if (this.#book.isRunning(frame.jobId)) this.jobs.onNodes(frame.jobId, frame.nodes)
  }

  /** Schedules a request as soon as the budget allows it. */
  #wake(): void {
    this.#wasTold = true
    this.#schedule(TOGETHER_MS)
  }

  #schedule(ms: number): void {
    if (this.#isStopped || this.#isLooking) return
    const dueAt = Math.max(this.#notBefore, this.#now() + ms)
    if (this.#timer && this.#dueAt <= dueAt) return
    if (this.#timer) clearTimeout(this.#timer)
    this.#dueAt = dueAt
    this.#timer = setTimeout(() => void this.#look(), Math.max(0, dueAt - this.#now()))
  }

  async #look(): Promise<void> {
    this.#timer = null
    this.#isLooking = true
    this.#wasTold = false
    const seenBefore = this.#book.seen
    const sizeBefore = this.#book.size
    const started = this.#now()
    const result = await this.#read()
    this.#notBefore = this.#now() + this.#allowance.spend(this.#now(), this.#now() - started)
    this.#isLooking = false
    if (this.#isStopped) return
    if (!result.ok) this.#submissions.giveUp()
    this.#failures = result.ok ? 0 : this.#failures + 1
    const isQuiet = this.#book.seen === seenBefore && this.#book.size === sizeBefore
    this.#quietLooks = isQuiet ? this.#quietLooks + 1 : 0
    if (result.ok || this.#failures > 1) this.#tellApi(result.ok ? null : result.trouble)
    this.#plan()
  }

  #plan(): void {
    const waitMs = nextLookMs({
      isTold: this.#socket.isOpen,
      isBusy: this.#book.size > 0,
      failures: this.#failures,
      quietLooks: this.#quietLooks,
    })
    this.#schedule(this.#wasTold && this.#failures === 0 ? TOGETHER_MS : waitMs)
  }

  /** Reads the engine's jobs once, and the history of those that are gone. */
  async #read(): Promise<Answer<null>> {
    this.#submissions.look()
    const listing = await this.#options.api.listing()
    if (!listing.ok) return listing
    const missing = this.#book.missing(listing.body)
    // Without frames, the jobs after one that has ended may have come and gone too.
    if (missing.length > 0 && !this.#socket.isOpen) this.#submissions.restart()
    const outcomes = await this.#outcomes(missing)
    if (!outcomes.ok) return outcomes
    if (this.#isStopped) return { ok: true, body: null }
    this.jobs.apply(this.#book.update(listing.body, outcomes.body))
    return this.#lookBack()
  }

  async #outcomes(missing: readonly Missing[]): Promise<Answer<ReadonlyMap<string, Outcome | null>>> {
    const outcomes = new Map<string, Outcome | null>()
    for (const { id } of missing) {
      const outcome = await this.#options.api.outcome(id)
      if (!outcome.ok) return outcome
      outcomes.set(id, outcome.body)
    }
    return { ok: true, body: outcomes }
  }

  /**
   * Finds jobs that came and went between two requests: those that were submitted and not seen are in the
   * history.
   */
  async #lookBack(): Promise<Answer<null>> {
    const unseen = this.#submissions.unseen(this.#book.seen)
    if (unseen > 0) {
      const last = await this.#options.api.lastOutcomes(Math.min(MAX_LOOK_BACK, unseen + MORE_LOOK_BACK))
      if (!last.ok) return last
      this.jobs.apply(this.#book.addEnded(last.body))
    }
    this.#submissions.settle(this.#book.seen)
    return { ok: true, body: null }
  }

  #tellSocket(): void {
    this.#saying = null
    if (this.#socket.isOpen) return
    this.#saidLost = true
    this.#options.say("the engine's WebSocket is closed: its jobs are polled until it is back")
  }

  /** Logs each change of the API's state in one line. */
  #tellApi(trouble: string | null): void {
    if (trouble === this.#trouble) return
    const { say } = this.#options
    if (trouble !== null) say(`the engine's API ${trouble}: jobs are not tracked until it recovers`)
    else say("the engine's API answers again")
    this.#trouble = trouble
  }
}
