import { EventLoopDelay } from '../../../common/process/event-loop-delay'
import type { BackendMessage } from '../../../common/protocol/messages'
import type { ExitExplanation } from '../../backend/exit-observation'
import type { SupervisorState } from '../../backend/supervisor-state'
import type { FailedJob } from '../../records/jobs/failed-job'
import { type BackendMemory, BackendMetrics } from './backend-metrics'
import { JobMetrics } from './job-metrics'
import { Metrics, type MetricsClient } from './metrics'
import { OwnCost } from './own-cost'
import { sendWaiting, type Waiting } from './waiting'

/** Datadog's own resolution: the Agent makes one point of what comes within it. */
const INTERVAL_MS = 10_000

export interface StudioMetricsOptions {
  /** `null` in a process that is not traced, and where nothing takes metrics. */
  readonly client: MetricsClient | null
  /** In bytes; `null` when off. */
  readonly memoryLimitBytes: number | null
  readonly memory: () => BackendMemory | null
  readonly waiting: () => Waiting
}

/** Everything that Studio tells Datadog in figures: one method for each event, and a look at the rest every ten seconds. */
export class StudioMetrics {
  readonly #metrics: Metrics
  readonly #backend: BackendMetrics
  readonly #jobs: JobMetrics
  readonly #loops: LoopMetrics
  readonly #cost: OwnCost
  readonly #options: StudioMetricsOptions
  readonly #timer: NodeJS.Timeout

  constructor(options: StudioMetricsOptions) {
    this.#options = options
    this.#metrics = new Metrics(options.client)
    this.#backend = new BackendMetrics(this.#metrics, () => performance.now())
    this.#jobs = new JobMetrics(this.#metrics)
    this.#loops = new LoopMetrics(this.#metrics)
    this.#cost = new OwnCost(this.#metrics)
    this.#cost.sendMain()
    this.#timer = setInterval(() => this.#look(), INTERVAL_MS).unref()
  }

  /** Sent at once: a backend that is down for less than the interval was down all the same. */
  backendState(state: SupervisorState, previous: SupervisorState): void {
    if (state === 'starting') this.#cost.profilerStarts()
    if (state === 'stopped') this.#jobs.backendEnded(previous === 'stopping')
    this.#backend.enter(state)
    // A start is told with what follows on it: sending takes main's time, which the process that starts waits for.
    if (state !== 'starting') this.#metrics.flush()
  }

  backendDied(explanation: ExitExplanation): void {
    this.#backend.died(explanation)
    this.#jobs.backendEnded(false)
  }

  backendSays(message: BackendMessage): void {
    if (message.type === 'profiler-cost') this.#cost.send('profiler', message, message.memoryBytes)
    else if (message.type === 'heartbeat') this.#loops.backend(message.loopDelayMs)
    else this.#jobs.message(message)
  }

  jobFailed(job: FailedJob): void {
    this.#jobs.failed(job)
  }

  backendUnresponsive(): void {
    this.#backend.unresponsive()
  }

  /** Sends what is left, for at most so many milliseconds. */
  stop(deadlineMs: number): Promise<void> {
    clearInterval(this.#timer)
    return this.#metrics.delivered(deadlineMs)
  }

  /** Timed with what sends it: with a timer of its own a gauge would now and then miss an interval, or fill one twice. */
  #look(): void {
    const { memory, memoryLimitBytes, waiting } = this.#options
    this.#backend.sendState()
    this.#backend.sendMemory(memory(), memoryLimitBytes)
    this.#jobs.sendOpen()
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

  /** What the backend measured, in milliseconds. */
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
