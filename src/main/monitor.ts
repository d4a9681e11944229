import { EventEmitter } from 'node:events'
import path from 'node:path'
import { app, type MessagePortMain } from 'electron'
import type { BackendMessage } from '../protocol'
import { flushTraces, sendTraces, type UnsentTraces } from '../tracing'
import { BackendOutput } from './backend/output'
import { BackendProcess } from './backend/process'
import { type Death, Supervisor, type SupervisorState } from './backend/supervisor'
import type { Incident } from './incidents/incident'
import { IncidentStore } from './incidents/incident-store'
import { recordDeath } from './incidents/record-death'
import { openElectronStore } from './jobs/electron-store'
import type { FailedJob } from './jobs/failed-job'
import { JobRecords } from './jobs/job-records'
import { type Logs, openLogs } from './logs'
import { agentUrl } from './settings/agent-url'
import type { Settings } from './settings/table'
import { StartError, startableEntry } from './start-error'
import { boot, origins, problems, settings } from './tracer'

export type { FailedJob, Incident, SupervisorState }
export { StartError }

/** What the Agent gets to answer at the end, in milliseconds. */
const FLUSH_DEADLINE_MS = 2_500
/** How often what a full disk did not take is tried again, in milliseconds. */
const RETRY_INTERVAL_MS = 5_000

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

/**
 * Starts the Studio backend under the monitor, once per app.
 * @throws {StartError} when there is no backend entry, or another app has the same data folder
 */
export async function startStudioMonitor(options: StudioMonitorOptions = {}): Promise<StudioMonitor> {
  const entry = startableEntry(choose('STUDIO_BACKEND_ENTRY', options.backend?.entry))
  const args = choose('STUDIO_BACKEND_ARGS', options.backend?.args)
  const dataFolder = app.getPath('userData')
  if (!app.requestSingleInstanceLock()) throw StartError.alreadyRunning(dataFolder)
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
  readonly #jobs: JobRecords
  readonly #incidents: IncidentStore
  readonly #supervisor: Supervisor
  readonly #retrying: NodeJS.Timeout
  readonly #sending = new Set<Promise<void>>()
  #backend: BackendProcess | null = null
  #generation = 0
  #stopped: Promise<void> | null = null

  private constructor(context: MonitorContext) {
    super()
    const { dataFolder } = context
    this.#context = context
    this.#logs = openLogs(dataFolder, Date.now)
    const log = this.#logs.monitor
    log.info(
      `${app.getName()} ${app.getVersion()} on Electron ${process.versions.electron}; data in ${dataFolder}; Agent at ${agentUrl(settings)}`,
    )
    for (const problem of problems) log.warn(problem)
    log.debug('the app is traced', { loadedBefore: boot.loadedBefore })
    if (boot.failure) log.error(`the app is not traced: dd-trace did not start: ${boot.failure}`)
    this.#jobs = JobRecords.open({
      dataFolder,
      keep: settings.STUDIO_JOBS_KEEP,
      log,
      now: Date.now,
      openFile: openElectronStore,
      onFailed: (jobs) => {
        for (const job of jobs) this.#announce('job-failed', job)
      },
    })
    this.#incidents = new IncidentStore({ dataFolder, log })
    this.#supervisor = new Supervisor({
      spawn: () => this.#spawn(),
      policy: { mode: settings.STUDIO_RESTART, limit: settings.STUDIO_RESTART_LIMIT },
      onDeath: (death) => this.#onDeath(death),
      now: () => performance.now(),
      random: Math.random,
    })
    this.#supervisor.on('state', (state, previous) => this.#onState(state, previous))
    this.#supervisor.on('ended', (end) => this.#announce('ended', end))
    this.#retrying = setInterval(() => this.#incidents.retry(), RETRY_INTERVAL_MS)
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

  /** To the backend's own `process.parentPort`; dropped while no backend runs. */
  postMessage(message: unknown, transfer?: MessagePortMain[]): void {
    this.#backend?.postMessage(message, transfer)
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
    clearInterval(this.#retrying)
    this.#incidents.retry()
    this.#jobs.stop()
    await Promise.all([flushTraces(boot.tracer, FLUSH_DEADLINE_MS), ...this.#sending])
    this.#logs.close()
  }

  #spawn(): BackendProcess {
    const generation = ++this.#generation
    const output = new BackendOutput({
      file: this.#logs.backend,
      terminal: app.isPackaged ? null : process,
      now: Date.now,
    })
    const backend = new BackendProcess({
      bootstrap: path.join(__dirname, '../preload/index.cjs'),
      entry: this.#context.entry,
      args: this.#context.args,
      env: process.env,
      heapLimitBytes: settings.STUDIO_HEAP_LIMIT,
      onMessage: (message) => this.#onBackendMessage(generation, message),
      onOutput: (stream, chunk) => output.push(stream, chunk),
      onParentPortMessage: (message) => this.#announce('message', message),
      now: () => performance.now(),
    })
    backend.exited.then(() => output.end())
    this.#backend = backend
    return backend
  }

  #onBackendMessage(generation: number, message: BackendMessage): void {
    switch (message.type) {
      case 'booted':
        this.#logs.monitor.debug('the backend is traced', { loadedBefore: message.loadedBefore })
        break
      case 'job-started':
        this.#jobs.jobStarted(generation, message)
        break
      case 'job-progress':
        this.#jobs.jobProgress(generation, message.key, message.progress)
        break
      case 'job-ended':
        this.#jobs.jobEnded(generation, message)
        break
      case 'warning':
        this.#logs.monitor.warn(message.message)
        break
      case 'unsent-traces':
        this.#send(message)
    }
  }

  #send(traces: UnsentTraces): void {
    const sent = sendTraces(boot.tracer, traces, FLUSH_DEADLINE_MS).finally(() => this.#sending.delete(sent))
    this.#sending.add(sent)
  }

  #onDeath(death: Death): void {
    const records = { jobs: this.#jobs, incidents: this.#incidents, log: this.#logs.monitor }
    const incident = recordDeath(death, records, {
      generation: this.#generation,
      at: Date.now(),
      appVersion: app.getVersion(),
      memoryLimitBytes: settings.STUDIO_MEMORY_LIMIT,
    })
    this.#announce('incident', incident)
  }

  #onState(state: SupervisorState, previous: SupervisorState): void {
    const { monitor } = this.#logs
    if (state === 'starting') monitor.info(`starting the backend: ${this.#context.entry}`)
    if (state === 'running') monitor.info(`the backend runs, process ${this.pid}`)
    if (state === 'stopped') this.#closeJobs(previous === 'stopping')
    if (state === 'gave-up') {
      const { deaths, windowMs } = settings.STUDIO_RESTART_LIMIT
      monitor.error(
        `the backend died ${deaths} times within ${windowMs / 60_000} min and is not started again: restart Studio to try once more`,
      )
    }
    this.#announce('state', state)
  }

  /** Jobs still open at a wanted end are given up; a backend that just exits under its jobs has lost them. */
  #closeJobs(asked: boolean): void {
    if (asked) {
      this.#jobs.backendStopped(this.#generation)
      return
    }
    const message = 'the backend exited with code 0 while the job ran'
    const death = { at: Date.now(), cause: 'error-exit', oom: false, incidentId: null } as const
    this.#jobs.backendDied(this.#generation, { ...death, error: { name: 'Error', message } })
  }

  /** A listener that throws must not keep the backend from being started again. */
  #announce<Name extends keyof StudioMonitorEvents>(name: Name, ...args: StudioMonitorEvents[Name]): void {
    queueMicrotask(() => EventEmitter.prototype.emit.call(this, name, ...args))
  }
}
