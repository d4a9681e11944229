import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel'
import {
  JOB_VERDICT,
  type JobVerdict,
  RUNNER_NEWS,
  type RunnerNews,
  UNASKED,
} from '../../../common/protocol/runner-channel'
import type { ProbeMessageOf } from './messages'

export interface HeldJobsOptions {
  /** The context of a job that waits; `null` for one that is not known. */
  readonly contextOf: (job: number) => object | null
  /** True where all jobs that wait come back with the next engine. */
  readonly canReturn: () => boolean
  /** Sends a line to the probe. */
  readonly send: (line: string) => void
}

/** Counts over all engines of this process: a late verdict is then nobody else's. */
let turns = 0

/** The jobs that an engine's probe holds back: its questions go to main, and main's verdicts to it. */
export class HeldJobs {
  readonly #options: HeldJobsOptions
  /** The probe's number of the question that has not been answered, by ours. */
  readonly #asks = new Map<number, number>()
  readonly #onVerdict = (message: unknown) => this.#answer(message as JobVerdict)

  constructor(options: HeldJobsOptions) {
    this.#options = options
    subscribe(JOB_VERDICT, this.#onVerdict)
  }

  ask({ ask, job, freed, uploads }: ProbeMessageOf<'asks'>): void {
    turns += 1
    // It asks one question at a time.
    this.#asks.clear()
    this.#asks.set(turns, ask)
    const context = this.#options.contextOf(job)
    if (context === null) {
      this.#answer({ turn: turns, verdict: 'run' })
      return
    }
    const news: RunnerNews = {
      type: 'turn',
      job: context,
      turn: turns,
      isFreed: freed,
      isBusy: uploads > 0,
      canReturn: this.#options.canReturn(),
    }
    channel(RUNNER_NEWS).publish(news)
  }

  close(): void {
    unsubscribe(JOB_VERDICT, this.#onVerdict)
  }

  #answer({ turn, verdict }: JobVerdict): void {
    if (turn === UNASKED) this.#options.send(JSON.stringify({ ask: UNASKED, verdict }))
    const ask = this.#asks.get(turn)
    if (ask === undefined) return
    this.#asks.delete(turn)
    this.#options.send(JSON.stringify({ ask, verdict }))
  }
}
