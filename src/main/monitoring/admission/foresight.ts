import os from 'node:os'
import type { BackendMessage } from '../../../common/protocol/messages'
import { dataPaths } from '../../../common/storage/data-folder'
import type { StudioMetrics } from '../../datadog/metrics/studio-metrics'
import type { Log } from '../../logging/log'
import { memoryBounds } from '../../memory/memory-bounds'
import type { LatestMemory } from '../../memory/memory-watch'
import { describeForecast } from '../../records/needs/forecast'
import type { FreeMemory, JobForecast } from '../../records/needs/job-forecast'
import { type ExpectedNeed, JobNeeds } from '../../records/needs/job-needs'
import { NeedsFile } from '../../records/needs/needs-file'
import type { TreeReading } from '../../records/needs/tree-peak'

/** Interval at which the tree's latest reading is looked at while a job runs, in milliseconds. */
const LOOK_MS = 250

/** The run of a backend, as far as its memory goes. */
export interface ForeseenRun {
  readonly pid: number | null
  readonly enginePid: number | null
  held(): LatestMemory | null
}

export interface ForesightOptions {
  readonly dataFolder: string
  readonly log: Log
  readonly metrics: Pick<StudioMetrics, 'jobForeseen' | 'jobForecastJudged'>
  /** The memory limit in bytes; `null` when off. */
  readonly limitBytes: number | null
  readonly run: () => ForeseenRun | null
  readonly hasEngine: () => boolean
  /** Called with a forecast of a job that is expected not to fit, once for each. */
  readonly onForecast: (forecast: JobForecast) => void
  /** Called with each forecast, for the job's span. */
  readonly tellBackend: (key: number, forecast: JobForecast) => void
}

/** Learns what jobs need, and says before one runs that it is not expected to fit. A failure in it is told once, and costs no job. */
export class Foresight {
  readonly #options: ForesightOptions
  readonly #file: NeedsFile
  readonly #needs: JobNeeds
  readonly #unfit = new Map<number, JobForecast>()
  #timer: NodeJS.Timeout | null = null
  #lastReadAt = 0
  #hasFailed = false

  constructor(options: ForesightOptions) {
    const { dataFolder, log, metrics } = options
    this.#options = options
    this.#file = new NeedsFile({ path: dataPaths(dataFolder).needs, log, now: Date.now })
    this.#needs = new JobNeeds({
      book: () => this.#file.book,
      hasEngine: options.hasEngine,
      machineBytes: os.totalmem(),
      free: () => this.#free(),
      onForecast: (key, forecast, isNews) => this.#onForecast(key, forecast, isNews),
      onJudged: (error, _, wasFalseAlarm) => metrics.jobForecastJudged(error, wasFalseAlarm),
      onChange: () => this.#file.changed(),
      now: Date.now,
    })
  }

  /** The open jobs that are expected not to fit, oldest first. */
  get unfit(): readonly JobForecast[] {
    return [...this.#unfit.values()]
  }

  /** The need that is expected of a job which waits; `null` where nothing says it. */
  expected(key: number): ExpectedNeed | null {
    return this.#needs.expected(key)
  }

  /** The memory that earlier jobs have left in the engine, in bytes. */
  get leftBytes(): number {
    return this.#needs.leftBytes
  }

  hear(message: BackendMessage): void {
    this.#safely(() => {
      this.#needs.hear(message)
      if (isOver(message)) this.#unfit.delete(message.key)
      this.#watch()
    })
  }

  /** @param kept the keys of the jobs that wait for the next engine */
  backendEnded(kept?: ReadonlySet<number>): void {
    this.#safely(() => {
      this.#needs.backendEnded(kept)
      for (const key of [...this.#unfit.keys()]) if (!kept?.has(key)) this.#unfit.delete(key)
      this.#watch()
      // A death is when much is learnt.
      this.#file.flush()
    })
  }

  stop(): void {
    this.#safely(() => this.#file.flush())
    if (this.#timer) clearInterval(this.#timer)
    this.#timer = null
  }

  /** Looks at the tree while a job runs, and not else. */
  #watch(): void {
    if (this.#needs.isWatching === (this.#timer !== null)) return
    if (this.#timer) {
      clearInterval(this.#timer)
      this.#timer = null
      return
    }
    this.#lastReadAt = 0
    this.#timer = setInterval(() => this.#safely(() => this.#look()), LOOK_MS).unref()
    this.#look()
  }

  #look(): void {
    const run = this.#options.run()
    const held = run?.held() ?? null
    if (!run || !held || held.readAt === this.#lastReadAt) return
    this.#lastReadAt = held.readAt
    this.#needs.read(readingOf(held, run))
  }

  #free(): Omit<FreeMemory, 'leftBytes'> | null {
    const run = this.#options.run()
    const bounds = memoryBounds({
      limitBytes: this.#options.limitBytes,
      heldBytes: run?.held()?.treeRssBytes ?? null,
      pid: run?.pid ?? null,
    })
    const [least] = bounds.toSorted((one, other) => one.freeBytes - other.freeBytes)
    return least ? { boundBy: least.boundBy, freeBytes: least.freeBytes } : null
  }

  #onForecast(key: number, forecast: JobForecast, isNews: boolean): void {
    const { log, metrics, onForecast, tellBackend } = this.#options
    if (forecast.fits) this.#unfit.delete(key)
    else this.#unfit.set(key, forecast)
    tellBackend(key, forecast)
    if (forecast.when === 'started') metrics.jobForeseen(forecast)
    if (!isNews) return
    log.warn(describeForecast(forecast))
    onForecast(forecast)
  }

  #safely(act: () => void): void {
    try {
      act()
    } catch (error) {
      if (!this.#hasFailed) this.#options.log.error(`what jobs need is not foreseen: ${error}`)
      this.#hasFailed = true
    }
  }
}

function readingOf({ treeRssBytes, processes }: LatestMemory, { pid, enginePid }: ForeseenRun): TreeReading {
  const others = processes.filter((row) => row.pid !== pid && row.pid !== enginePid)
  return {
    allBytes: treeRssBytes ?? 0,
    otherBytes: others.reduce((sum, { rssBytes }) => sum + rssBytes, 0),
  }
}

/** True for the last message of a job. */
function isOver(message: BackendMessage): message is Extract<BackendMessage, { readonly key: number }> {
  return (
    message.type === 'job-ended' ||
    message.type === 'job-cancelled' ||
    (message.type === 'job-not-resubmitted' && message.isOver)
  )
}
