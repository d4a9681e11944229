import { EventLoopDelay } from '../../../common/process/event-loop-delay'
import type { BackendMessage } from '../../../common/protocol/messages'
import type { ExitExplanation } from '../../backend/exit-observation'
import type { SupervisorState } from '../../backend/supervisor-state'
import type { FailedJob } from '../../records/jobs/failed-job'
import { type BackendMemory, BackendMetrics } from './backend-metrics'
import { EngineMetrics } from './engine-metrics'
import { JobMetrics } from './job-metrics'
import { Metrics, type MetricsClient } from './metrics'
import { OwnCost } from './own-cost'
import { sendWaiting, type Waiting } from './waiting'

/** Datadog's own resolution: the Agent combines what it gets within this time into one point. */
const INTERVAL_MS = 10_000

export interface StudioMetricsOptions {
  /** `null` in a process that is not traced, and where nothing takes metrics. */
  readonly client: MetricsClient | null
  /** In bytes; `null` when off. */
  readonly memoryLimitBytes: number | null
  readonly memory: () => BackendMemory | null
  readonly waiting: () => Waiting
}

/** All of Studio's metrics: one method for each event, and readings of the rest every ten seconds. */
export class StudioMetrics {
  readonly #metrics: Metrics
  readonly #backend: BackendMetrics
  readonly #jobs: JobMetrics
  readonly #engine: EngineMetrics
  readonly #loops: LoopMetrics
  readonly #cost: OwnCost
  readonly #options: StudioMetricsOptions
  readonly #timer: NodeJS.Timeout

  constructor(options: StudioMetricsOptions) {
    this.#options = options
    this.#metrics = new Metrics(options.client)
    this.#backend = new BackendMetrics(this.#metrics, () => performance.now())
    this.#jobs = new JobMetrics(this.#metrics)
    this.#engine = new EngineMetrics(this.#metrics)
    this.#loops = new LoopMetrics(this.#metrics)
    this.#cost = new OwnCost(this.#metrics)
    this.#cost.sendMain()
    this.#timer = setInterval(() => this.#look(), INTERVAL_MS).unref()
  }

  /** Sends the state at once: a backend may be down for less than the interval. */
  backendState(state: SupervisorState, previous: SupervisorState): void {
    if (state === 'starting') this.#cost.profilerStarts()
    if (state === 'stopped') this.#jobs.backendEnded(previous === 'stopping')
    this.#backend.enter(state)
    // A start is sent with what follows it: sending takes main's time, which the starting process waits for.
    if (state !== 'starting') this.#metrics.flush()
  }

  /** @param kept the keys of the jobs that wait for its next start */
  backendDied(explanation: ExitExplanation, kept: ReadonlySet<number>): void {
    this.#backend.died(explanation)
    this.#engine.send()
    this.#jobs.backendEnded(false, kept)
  }

  /** @param kept the keys of the jobs that wait for the next engine */
  engineReplaced(kept: ReadonlySet<number>): void {
    this.#engine.send()
    this.#jobs.backendEnded(false, kept)
  }

  backendSays(message: BackendMessage): void {
    if (message.type === 'profiler-cost') this.#cost.send('profiler', message, message.memoryBytes)
    else if (message.type === 'heartbeat') this.#loops.backend(message.loopDelayMs)
    else {
      this.#jobs.message(message)
      this.#engine.message(message)
    }
  }

  jobFailed(job: FailedJob): void {
    this.#jobs.failed(job)
  }

  /** Counts a job that had a forecast when it began. */
  jobForeseen({ fits }: { readonly fits: boolean }): void {
    this.#metrics.count('studio.jobs.forecast', 1, { fits: fits ? 'true' : 'false' })
  }

  /**
   * @param error of a forecast, as a part of what came
   * @param wasFalseAlarm whether the job was expected not to fit, and ended well all the same
   */
  jobForecastJudged(error: number, wasFalseAlarm: boolean): void {
    this.#metrics.distribution('studio.jobs.forecast.error', error * 100)
    if (wasFalseAlarm) this.#metrics.count('studio.jobs.forecast.false_alarms', 1)
  }

  /** Counts a job that was held back, when it begins. @param room whether it fits then */
  jobHeld(room: boolean): void {
    this.#metrics.count('studio.jobs.held', 1, { room: room ? 'true' : 'false' })
  }

  backendUnresponsive(): void {
    this.#backend.unresponsive()
  }

  /** Sends what has been gathered, within `deadlineMs` milliseconds. */
  flush(deadlineMs: number): Promise<void> {
    return this.#metrics.delivered(deadlineMs)
  }

  /** Sends what is left, within `deadlineMs` milliseconds. */
  stop(deadlineMs: number): Promise<void> {
    clearInterval(this.#timer)
    this.#engine.send()
    return this.#metrics.delivered(deadlineMs)
  }

  /**
   * Takes the readings on the same timer as sends them: on one of its own, a gauge would sometimes miss an
   * interval, or fill one twice.
   */
  #look(): void {
    const { memory, memoryLimitBytes, waiting } = this.#options
    this.#backend.sendState()
    this.#backend.sendMemory(memory(), memoryLimitBytes)
    this.#jobs.sendOpen()
    this.#engine.send()
    this.#loops.send()
    this.#cost.sendMain()
    sendWaiting(this.#metrics, waiting(), Date.now())
    this.#metrics.flush()
  }
}

/** How long the event loops of both processes are held up. */
class LoopMetrics {
  readonly #main = new EventLoopDelay()
  #backendMs: number | null = null

  constructor(private readonly metrics: Metrics) {}

  /** The delay that the backend measured, in milliseconds. */
  backend(delayMs: number): void {
    this.#backendMs = Math.max(this.#backendMs ?? 0, delayMs)
  }

  send(): void {
    this.metrics.gauge('studio.event_loop.delay', this.#main.takeLongest() / 1_000, { process: 'main' })
    if (this.#backendMs === null) return
    this.metrics.gauge('studio.event_loop.delay', this.#backendMs / 1_000, { process: 'backend' })
    this.#backendMs = null
  }
}
