import { channel } from 'node:diagnostics_channel'
import { RUNNER_NEWS, type RunnerNews } from '../../common/protocol/runner-channel'
import type { Submission } from './api/submission'
import type { EngineJob } from './engine-job'

/** How often a job that never begins is submitted again. */
const MAX_TIMES = 3
/** The most that all of them may carry together, in UTF-16 code units: images may lie in a workflow. */
const MAX_LENGTH = 256 * 2 ** 20

/** A job that had not begun when its engine ended. */
export interface WaitingJob {
  readonly job: EngineJob
  readonly id: string
  /** Its place: jobs run by it, smallest first. */
  readonly number: number
  /** How often it has been submitted again already. */
  readonly times: number
  /** The body for `POST /prompt`, with all that the job carries; `null` where that cannot be had. */
  readonly body: string | null
  /** Why there is none. */
  readonly reason: string | null
}

interface ReturningJob extends WaitingJob {
  readonly body: string
  /** `posted`: the next engine was given it, and has not said yet that it has it. */
  state: 'kept' | 'posted'
}

export interface ReturningJobsOptions {
  /** One line for the log. */
  readonly say: (line: string) => void
}

/** How an engine's API is given a job, and asked to drop one. */
export interface SubmissionApi {
  /** @param isAwaited whether the engine has not said by another way that it has the job */
  submit(body: string, signal: AbortSignal, isAwaited: () => boolean): Promise<Submission>
  cancel(id: string): Promise<unknown>
}

/**
 * The jobs that had not begun when their engine ended, on their way to the next one. What they carry, keys among it, is
 * in this memory alone: nothing of it may get into a message, a line, a span or a file.
 */
export class ReturningJobs {
  readonly #say: (line: string) => void
  /** In the order of the queue. */
  readonly #jobs: ReturningJob[] = []
  /** Raised with each engine that they come back from: what was being given to it is given to the next one. */
  #engines = 0
  /** Ids that the next engine has got from somebody else. */
  readonly #foreign = new Set<string>()
  /** Those that were given to the next engine, which has not begun them yet, by id. */
  readonly #waiting = new Map<string, EngineJob>()
  /** How often each came back from an engine that was replaced: no job is lost for that. */
  readonly #replacements = new WeakMap<EngineJob, number>()
  readonly #news = channel(RUNNER_NEWS)

  constructor({ say }: ReturningJobsOptions) {
    this.#say = say
  }

  /** The contexts of the jobs that are kept, in their order. */
  get contexts(): readonly object[] {
    return this.#jobs.map(({ job }) => job.context)
  }

  /** Tells whether all of these would come back from an engine that is replaced. */
  canKeep(waiting: readonly WaitingJob[]): boolean {
    let length = 0
    return waiting.every((each) => {
      const reason = reasonAgainst(each, length, 0)
      length += each.body?.length ?? 0
      return reason === null
    })
  }

  /** Takes over the jobs that waited in an engine which was replaced between two jobs. */
  keepReplaced(waiting: readonly WaitingJob[]): void {
    this.keep(waiting, true, true)
    for (const { job } of waiting) this.#replacements.set(job, (this.#replacements.get(job) ?? 0) + 1)
  }

  /**
   * Takes over the jobs that waited in an engine that has ended, and tells of those that cannot come back.
   * @param isOver whether those are over with that: no death of the engine's is recorded
   */
  keep(waiting: readonly WaitingJob[], isOver: boolean, isReplaced = false): void {
    this.#engines += 1
    // What the engine had not been given yet comes after what it had: it was behind that in the last queue too.
    const all = [...waiting, ...this.#jobs.splice(0)].toSorted((one, other) => one.number - other.number)
    let length = 0
    for (const each of all) {
      const deaths = isReplaced ? 0 : each.times - (this.#replacements.get(each.job) ?? 0)
      const reason = reasonAgainst(each, length, deaths)
      if (reason === null && each.body !== null) {
        length += each.body.length
        this.#jobs.push({ ...each, body: each.body, state: 'kept' })
      } else this.#tell({ type: 'not-resubmitted', job: each.job.context, reason: reason ?? '', isOver })
    }
    this.#foreign.clear()
    this.#waiting.clear()
  }

  /** None of them comes back any more. */
  lose(reason: string): void {
    for (const { job } of this.#jobs.splice(0))
      this.#tell({ type: 'not-resubmitted', job: job.context, reason, isOver: true })
  }

  /** A job that the engine has put into its queue. @returns the one that it is, where it came from here */
  onQueued(id: string, times: number, api: SubmissionApi | null): EngineJob | null {
    const at = this.#jobs.findIndex((each) => each.id === id && each.times + 1 === times)
    const job = this.#jobs[at]?.job
    if (job) {
      this.#jobs.splice(at, 1)
      this.#waiting.set(id, job)
      this.#tell({ type: 'resubmitted', job: job.context })
      return job
    }
    // Somebody submits the same job by himself: one of the two is enough.
    if (this.#jobs.length > 0) this.#foreign.add(id)
    if (times === 0 && (this.#waiting.delete(id) || this.#isPosted(id))) void api?.cancel(id)
    return null
  }

  /** The engine has begun a job, or it has left the queue. */
  onBegun(id: string): void {
    this.#waiting.delete(id)
  }

  /** Gives the jobs to the engine, one after the other, until it ends or starts itself again. */
  async submit(api: SubmissionApi, signal: AbortSignal): Promise<void> {
    const engine = this.#engines
    const isOver = () => signal.aborted || engine !== this.#engines
    let given = 0
    for (const each of [...this.#jobs]) {
      if (isOver()) return
      // One that is not there any more came to the engine another way.
      if (!this.#jobs.includes(each)) continue
      if (this.#foreign.has(each.id)) this.#withdraw(each)
      else if (await this.#give(each, api, signal)) given += 1
    }
    // Whoever gives them to the next one tells of it.
    if (given > 0 && !isOver()) this.#say(`jobs that had not begun were submitted again: ${given}`)
  }

  async #give(each: ReturningJob, api: SubmissionApi, signal: AbortSignal): Promise<boolean> {
    each.state = 'posted'
    const submission = await api.submit(each.body, signal, () => this.#jobs.includes(each))
    if (submission.taken) return true
    const at = this.#jobs.indexOf(each)
    // It has ended meanwhile, and the next one gets it; or its probe has told of it.
    if (signal.aborted || at === -1) return at === -1
    this.#jobs.splice(at, 1)
    const { reason } = submission
    this.#tell({ type: 'not-resubmitted', job: each.job.context, reason, isOver: true })
    this.#say(`a job that had not begun is lost: ${reason}`)
    return false
  }

  #withdraw(each: ReturningJob): void {
    this.#jobs.splice(this.#jobs.indexOf(each), 1)
    each.job.withdraw()
  }

  #isPosted(id: string): boolean {
    return this.#jobs.some((each) => each.id === id && each.state === 'posted')
  }

  #tell(news: RunnerNews): void {
    this.#news.publish(news)
  }
}

/**
 * @param length the sum of what the kept jobs before it carry
 * @param deaths how often it has been submitted again after a death
 * @returns `null` for a job that comes back
 */
function reasonAgainst({ body, reason }: WaitingJob, length: number, deaths: number): string | null {
  if (deaths >= MAX_TIMES) return `it has been submitted again ${MAX_TIMES} times and never began`
  if (body === null) return `what it carries could not be kept: ${reason ?? 'the engine did not say it'}`
  return length + body.length > MAX_LENGTH ? 'it carries too much, with the jobs before it' : null
}
