import { EventEmitter } from 'node:events'
import path from 'node:path'
import { app, type MessagePortMain } from 'electron'
import { activeLogContext, type LogContext, serviceLogContext } from '../log-context'
import { deliverInContext, encloseContext } from '../message-context'
import type { BackendMessage, Profiling } from '../protocol'
import { flushTraces, sendTraces, type UnsentTraces } from '../tracing'
import { TraceReachability } from './agent/trace-reachability'
import { BackendOutput } from './backend/output'
import { newRunMarker } from './backend/run-marker'
import { Supervisor } from './backend/supervisor'
import type { SupervisorState } from './backend/supervisor-state'
import { StudioMetrics } from './datadog/metrics/studio-metrics'
import { reportIdentity } from './datadog/reports/identity'
import type { Incident } from './incidents/incident'
import type { FailedJob } from './jobs/failed-job'
import { recordJobMessage } from './jobs/job-messages'
import { type Logs, openLogs } from './logs'
import { Records } from './records'
import { agentUrl } from './settings/agent-url'
import type { Settings } from './settings/table'
import { StartError, startableEntry } from './start-error'
import { dataPaths } from './storage/data-folder'
import { boot, origins, problems, settings, settingsFolder } from './tracer'
import { logUncaught } from './uncaught'
import { duration } from './units'
import { WatchedRun } from './watched-run'

export type { FailedJob, Incident, SupervisorState }
export { StartError }

/** What the Agent gets to answer at the end, in milliseconds. */
const FLUSH_DEADLINE_MS = 2_500

export interface StudioMonitorOptions {
  readonly backend?: {
    /** JavaScript file to run in the utility process; `STUDIO_BACKEND_ENTRY` wins over it. */
    readonly entry?: string
    /** `STUDIO_BACKEND_ARGS` wins over it. */
    readonly args?: readonly string[]
  }
}

export interface StudioMonitorEvents {
  state: [state: SupervisorState]
  incident: [incident: Incident]
  'job-failed': [job: FailedJob]
  /** What the backend posts on its own `process.parentPort`. */
  message: [message: unknown]
  /** The backend is over without `stop` or `restart`; `wanted` when it exited with 0. */
  ended: [end: { wanted: boolean }]
}

/** Two monitors would write one journal; the lock is held against other processes only. */
let isStarted = false

/**
 * Starts the Studio backend under the monitor, once per app.
 * @throws {StartError} when there is no backend entry, or another app has the same data folder
 */
export async function startStudioMonitor(options: StudioMonitorOptions = {}): Promise<StudioMonitor> {
  const entry = startableEntry(choose('STUDIO_BACKEND_ENTRY', options.backend?.entry))
  const args = choose('STUDIO_BACKEND_ARGS', options.backend?.args)
  const dataFolder = app.getPath('userData')
  if (isStarted || !app.requestSingleInstanceLock()) throw StartError.alreadyRunning(dataFolder)
  isStarted = true
  await app.whenReady()
  return StudioMonitor.start({ entry, args, dataFolder })
}

/** A setting that somebody made wins over the app's option, and that over a default. */
function choose<Name extends 'STUDIO_BACKEND_ENTRY' | 'STUDIO_BACKEND_ARGS'>(
  name: Name,
  option: Settings[Name] | undefined,
): Settings[Name] {
  return origins[name] === 'default' && option !== undefined ? option : settings[name]
}

interface MonitorContext {
  readonly entry: string
  readonly args: readonly string[]
  readonly dataFolder: string
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
  readonly #traces: TraceReachability
  #run: WatchedRun | null = null
  #generation = 0
  #stopped: Promise<void> | null = null

  private constructor(context: MonitorContext) {
    super()
    this.#context = context
    this.#logs = openLogs(context.dataFolder, Date.now, logContext)
    this.#stopLoggingUncaught = logUncaught(this.#logs.monitor)
    this.#introduce()
    this.#metrics = new StudioMetrics({
      client: boot.tracer?.dogstatsd ?? null,
      memoryLimitBytes: settings.STUDIO_MEMORY_LIMIT,
      memory: () => this.#run?.memory() ?? null,
      waiting: () => this.#records.waiting(),
    })
    this.#records = new Records({
      ...context,
      jobsKept: settings.STUDIO_JOBS_KEEP,
      memoryLimitBytes: settings.STUDIO_MEMORY_LIMIT,
      agentUrl: agentUrl(settings),
      identity: reportIdentity(settings, boot.tracer, process.env, origins.DD_VERSION === 'default'),
      log: this.#logs.monitor,
      backendPid: () => this.#run?.pid ?? null,
      onJobFailed: (job) => {
        this.#metrics.jobFailed(job)
        this.#announce('job-failed', job)
      },
    })
    this.#traces = new TraceReachability(this.#logs.monitor, () => this.#records.agentIsBack())
    boot.traces?.watch((failure) => this.#traces.told(failure))
    for (const job of this.#records.jobs.recovered) this.#metrics.jobFailed(job)
    this.#supervisor = new Supervisor({
      spawn: () => this.#spawn(),
      policy: { mode: settings.STUDIO_RESTART, limit: settings.STUDIO_RESTART_LIMIT },
      onDeath: (death) => {
        this.#metrics.backendDied(death.explanation)
        this.#announce('incident', this.#records.death(death, this.#generation, this.#run))
      },
      now: () => performance.now(),
      random: Math.random,
    })
    this.#supervisor.on('state', (state, previous) => this.#onState(state, previous))
    this.#supervisor.on('ended', (end) => this.#announce('ended', end))
  }

  /** @internal `startStudioMonitor` is the way in. */
  static start(context: MonitorContext): StudioMonitor {
    const monitor = new StudioMonitor(context)
    monitor.#supervisor.start()
    return monitor
  }

  get state(): SupervisorState {
    return this.#supervisor.state
  }

  /** The process id of the running backend, or `null`. */
  get pid(): number | null {
    return this.#supervisor.pid
  }

  /** To the backend's own `process.parentPort`, where it goes on with the active trace; dropped while no backend runs. */
  postMessage(message: unknown, transfer?: MessagePortMain[]): void {
    this.#run?.postMessage(encloseContext(boot.tracer, message), transfer)
  }

  /** Ends the backend, if it runs, and starts it afresh: the way out of `gave-up`. */
  restart(): Promise<void> {
    return this.#supervisor.restart()
  }

  /** Ends the backend, writes down what is open and sends what is known. The app may exit then. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  async #stop(): Promise<void> {
    await this.#supervisor.stop()
    await Promise.all([
      this.#records.stop(FLUSH_DEADLINE_MS),
      flushTraces(boot.tracer, FLUSH_DEADLINE_MS),
      this.#metrics.stop(FLUSH_DEADLINE_MS),
      ...this.#sending,
    ])
    this.#stopLoggingUncaught()
    this.#logs.close()
  }

  #introduce(): void {
    const { monitor } = this.#logs
    const name = `${app.getName()} ${app.getVersion()} on Electron ${process.versions.electron}`
    monitor.info(`${name}; data in ${this.#context.dataFolder}; Agent at ${agentUrl(settings)}`)
    for (const problem of problems) monitor.warn(problem)
    if (settingsFolder !== this.#context.dataFolder) {
      monitor.warn(
        `the data folder was changed after studio-datadog-monitor/register: settings came from ${settingsFolder}`,
      )
    }
    monitor.debug('the app is traced', { loadedBefore: boot.loadedBefore, codeCache: boot.codeCache })
    if (boot.failure) monitor.error(`the app is not traced: dd-trace did not start: ${boot.failure}`)
  }

  #spawn(): WatchedRun {
    const generation = ++this.#generation
    // Should the fork fail, the run before it is not to blame.
    this.#run = null
    const marker = newRunMarker(this.#context.dataFolder)
    const output = new BackendOutput({
      marker,
      file: this.#logs.backend,
      terminal: app.isPackaged ? null : process,
      context: settings.DD_LOGS_INJECTION ? serviceLogContext(boot.tracer) : null,
      now: Date.now,
    })
    const run = new WatchedRun({
      marker,
      bootstrap: path.join(__dirname, '../preload/index.cjs'),
      entry: this.#context.entry,
      args: this.#context.args,
      env: process.env,
      heapLimitBytes: settings.STUDIO_HEAP_LIMIT,
      memoryLimitBytes: settings.STUDIO_MEMORY_LIMIT,
      profiling: profilingSettings(this.#context.dataFolder),
      log: this.#logs.monitor,
      onMessage: (message) => this.#onBackendMessage(generation, message),
      onOutput: (stream, chunk) => output.push(stream, chunk),
      onParentPortMessage: (posted) =>
        deliverInContext(boot.tracer, 'main', posted, (message) => this.#announce('message', message)),
      lastHeap: (name) => this.#records.profiles.nearDeath(name)?.samples.at(-1) ?? null,
      onUnresponsive: (silent, silentMs) => this.#onUnresponsive(silent, silentMs),
    })
    run.exited.then(() => output.end())
    this.#run = run
    return run
  }

  #onBackendMessage(generation: number, message: BackendMessage): void {
    recordJobMessage(this.#records.jobs, generation, message)
    this.#metrics.backendSays(message)
    switch (message.type) {
      case 'booted':
        this.#logs.monitor.debug('the backend is traced', {
          loadedBefore: message.loadedBefore,
          codeCache: message.codeCache,
        })
        break
      case 'warning':
        this.#logs.monitor.warn(message.message)
        break
      case 'unsent-traces':
        this.#send(message)
        break
      case 'traces-delivery':
        this.#traces.told(message.failure)
        break
      case 'profiles-written':
        this.#records.profilesWritten()
    }
  }

  #send(traces: UnsentTraces): void {
    const sent = sendTraces(boot.tracer, traces, FLUSH_DEADLINE_MS).finally(() => this.#sending.delete(sent))
    this.#sending.add(sent)
  }

  /** Killing is opt-in: then the death is what is recorded. */
  #onUnresponsive(run: WatchedRun, silentMs: number): void {
    this.#metrics.backendFellSilent()
    if (settings.STUDIO_UNRESPONSIVE === 'restart') run.endTree('unresponsive')
    else this.#announce('incident', this.#records.silence(run, this.#generation, silentMs))
  }

  #onState(state: SupervisorState, previous: SupervisorState): void {
    const { monitor } = this.#logs
    if (state === 'starting') monitor.info(`starting the backend: ${this.#context.entry}`)
    if (state === 'running') monitor.info(`the backend runs, process ${this.pid}`)
    if (state === 'stopped') this.#records.end(this.#generation, previous === 'stopping')
    if (state === 'gave-up') {
      const { deaths, windowMs } = settings.STUDIO_RESTART_LIMIT
      monitor.error(
        `the backend died ${deaths} times within ${duration(windowMs)} and is not started again: restart Studio to try once more`,
      )
    }
    this.#metrics.backendState(state, previous)
    this.#announce('state', state)
  }

  /** A listener that throws must not keep the backend from being started again. */
  #announce<Name extends keyof StudioMonitorEvents>(name: Name, ...args: StudioMonitorEvents[Name]): void {
    queueMicrotask(() => EventEmitter.prototype.emit.call(this, name, ...args))
  }
}

function logContext(): LogContext | null {
  return settings.DD_LOGS_INJECTION ? activeLogContext(boot.tracer) : null
}

function profilingSettings(dataFolder: string): Profiling | null {
  if (settings.DD_PROFILING_ENABLED === false) return null
  return {
    folder: dataPaths(dataFolder).profiles,
    periodMs: settings.DD_PROFILING_UPLOAD_PERIOD * 1_000,
    memoryLimitBytes: settings.STUDIO_MEMORY_LIMIT,
  }
}
