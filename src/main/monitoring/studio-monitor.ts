import { EventEmitter } from 'node:events'
import { app, type MessagePortMain } from 'electron'
import { flushTraces, sendTraces, type UnsentTraces } from '../../common/tracing/dd-trace/flush'
import { deliverInContext, encloseContext } from '../../common/tracing/message-context'
import { outsideTraces } from '../../common/tracing/tracer'
import type { BackendChoice } from '../backend/choice'
import { Supervisor } from '../backend/supervisor'
import type { SupervisorState } from '../backend/supervisor-state'
import { TraceReachability } from '../datadog/agent/trace-reachability'
import { metricsClient, openIntake } from '../datadog/intake/open-intake'
import { StudioMetrics } from '../datadog/metrics/studio-metrics'
import { reportIdentity } from '../datadog/spans/identity'
import { type Logs, openLogs } from '../logging/logs'
import { logUncaught } from '../logging/uncaught'
import type { Incident } from '../records/incidents/incident'
import type { FailedJob } from '../records/jobs/failed-job'
import { boot, origins, settings, way } from '../startup/tracer'
import type { BackendInstance } from './backend-instance'
import { type MessageReceivers, receiveMessage } from './backend-messages'
import { launchBackend } from './launch-backend'
import { logContext, logOutlived, logStartup, logState } from './lifecycle-log'
import { Records } from './record-keeper'

/** The time that the Agent gets to answer at the end, in milliseconds. */
const FLUSH_DEADLINE_MS = 2_500

export interface StudioMonitorEvents {
  state: [state: SupervisorState]
  incident: [incident: Incident]
  'job-failed': [job: FailedJob]
  /** Emitted for each message that the backend posts on its own `process.parentPort`. */
  message: [message: unknown]
  /** The backend is over without `stop` or `restart`; `wanted` when it exited with 0. */
  ended: [end: { wanted: boolean }]
}

export interface MonitorContext extends BackendChoice {
  readonly entry: string
  readonly dataFolder: string
  /** Why that is not the app's own, `null` when it is. */
  readonly refusal: string | null
}

/** The backend and what is known about it. */
export class StudioMonitor extends EventEmitter<StudioMonitorEvents> {
  readonly #context: MonitorContext
  readonly #logs: Logs
  readonly #stopLoggingUncaught: () => void
  readonly #metrics: StudioMetrics
  readonly #records: Records
  readonly #supervisor: Supervisor
  readonly #sending = new Set<Promise<void>>()
  readonly #receivers: MessageReceivers
  #run: BackendInstance | null = null
  #generation = 0
  #stopped: Promise<void> | null = null
  /** Settles when the backend has been started; `null` from then on. */
  #appIsReady: Promise<void> | null = null

  private constructor(context: MonitorContext) {
    super()
    this.#context = context
    this.#logs = openLogs(context.dataFolder, Date.now, logContext)
    this.#stopLoggingUncaught = logUncaught(this.#logs.monitor)
    logStartup(this.#logs.monitor, context)
    const log = this.#logs.monitor
    const intake = openIntake({ way, env: settings.DD_ENV, log, environment: process.env })
    this.#metrics = new StudioMetrics({
      client: metricsClient(intake, boot.tracer),
      memoryLimitBytes: settings.STUDIO_MEMORY_LIMIT,
      memory: () => this.#run?.memory() ?? null,
      waiting: () => this.#records.waiting(),
    })
    this.#records = new Records({
      ...context,
      jobsKept: settings.STUDIO_JOBS_KEEP,
      memoryLimitBytes: settings.STUDIO_MEMORY_LIMIT,
      intake,
      identity: reportIdentity(settings, boot.tracer, process.env, origins.DD_VERSION === 'default'),
      log,
      backendPid: () => this.#run?.pid ?? null,
      onJobFailed: (job) => {
        this.#metrics.jobFailed(job)
        this.#announce('job-failed', job)
      },
    })
    const traces = new TraceReachability(log, () => this.#records.agentIsBack())
    boot.tap?.open((payload) => this.#records.takeSpans(payload))
    boot.traces?.watch((failure) => traces.told(failure))
    this.#receivers = {
      log,
      records: this.#records,
      metrics: this.#metrics,
      traces,
      sendTraces: (unsent) => this.#send(unsent),
    }
    for (const job of this.#records.jobs.recovered) this.#metrics.jobFailed(job)
    this.#supervisor = new Supervisor({
      spawn: () => this.#spawn(),
      detached: (begin) => outsideTraces(boot.tracer, begin),
      policy: { mode: settings.STUDIO_RESTART, limit: settings.STUDIO_RESTART_LIMIT },
      onDeath: (death) => {
        this.#metrics.backendDied(death.explanation)
        this.#announce('incident', this.#records.death(death, this.#generation, this.#run))
      },
      now: () => performance.now(),
      random: Math.random,
    })
    this.#supervisor.on('state', (state, previous) => this.#onState(state, previous))
    this.#supervisor.on('outlived', (pid) => logOutlived(this.#logs.monitor, pid))
    this.#supervisor.on('ended', (end) => this.#announce('ended', end))
  }

  /** @internal `startStudioMonitor` is the way in. */
  static start(context: MonitorContext): StudioMonitor {
    const monitor = new StudioMonitor(context)
    if (app.isReady()) monitor.#supervisor.start()
    else monitor.#startWhenReady()
    return monitor
  }

  #startWhenReady(): void {
    this.#appIsReady = app.whenReady().then(() => {
      this.#appIsReady = null
      // It starts nothing after a stop.
      outsideTraces(boot.tracer, () => this.#supervisor.start())
    })
  }

  get state(): SupervisorState {
    return this.#supervisor.state
  }

  /** The process id of the running backend, or `null`. */
  get pid(): number | null {
    return this.#supervisor.pid
  }

  /**
   * To the backend's own `process.parentPort`, where it goes on with the active trace. Kept until the app is ready, when the
   * backend is started; dropped while no backend runs.
   */
  postMessage(message: unknown, transfer?: MessagePortMain[]): void {
    const enclosed = encloseContext(boot.tracer, message)
    const post = () => this.#run?.postMessage(enclosed, transfer)
    if (this.#appIsReady) this.#appIsReady.then(post)
    else post()
  }

  /** Ends the backend, if it runs, and starts it afresh: the way out of `gave-up`. */
  async restart(): Promise<void> {
    await app.whenReady()
    await this.#supervisor.restart()
  }

  /** Ends the backend, writes down what is open and sends what is known. The app may exit then. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  async #stop(): Promise<void> {
    await this.#supervisor.stop()
    const flushed = flushTraces(boot.tracer, FLUSH_DEADLINE_MS)
    await Promise.all([
      this.#records.stop(FLUSH_DEADLINE_MS, flushed),
      flushed,
      this.#metrics.stop(FLUSH_DEADLINE_MS),
      ...this.#sending,
    ])
    this.#stopLoggingUncaught()
    this.#logs.close()
  }

  #spawn(): BackendInstance {
    const generation = ++this.#generation
    // Should the fork fail, the run before it is not to blame.
    this.#run = null
    const run = launchBackend({
      ...this.#context,
      logs: this.#logs,
      onMessage: (message) => receiveMessage(generation, message, this.#receivers),
      onParentPortMessage: (posted) =>
        deliverInContext(boot.tracer, 'main', posted, (message) => this.#announce('message', message)),
      runningJobs: () => this.#records.jobs.running(generation),
      lastHeap: (name) => this.#records.profiles.nearDeath(name)?.samples.at(-1) ?? null,
      onUnresponsive: (silent, unresponsiveMs) => this.#onUnresponsive(silent, unresponsiveMs),
    })
    this.#run = run
    return run
  }

  #send(traces: UnsentTraces): void {
    const sent = sendTraces(boot.tracer, traces, FLUSH_DEADLINE_MS).finally(() => this.#sending.delete(sent))
    this.#sending.add(sent)
  }

  /** Killing is opt-in: then the death is what is recorded. */
  #onUnresponsive(run: BackendInstance, unresponsiveMs: number): void {
    this.#metrics.backendUnresponsive()
    if (settings.STUDIO_UNRESPONSIVE === 'restart') run.killTree('unresponsive')
    else this.#announce('incident', this.#records.silence(run, this.#generation, unresponsiveMs))
  }

  #onState(state: SupervisorState, previous: SupervisorState): void {
    logState(this.#logs.monitor, state, this.#context, this.pid)
    if (state === 'stopped') this.#records.end(this.#generation, previous === 'stopping')
    this.#metrics.backendState(state, previous)
    this.#announce('state', state)
  }

  /** A listener that throws must not keep the backend from being started again. */
  #announce<Name extends keyof StudioMonitorEvents>(name: Name, ...args: StudioMonitorEvents[Name]): void {
    queueMicrotask(() => EventEmitter.prototype.emit.call(this, name, ...args))
  }
}
