import { app, type MessagePortMain } from 'electron'
import type { Consent } from '../../common/privacy/consent'
import { sendGate } from '../../common/privacy/send-gate'
import type { BackendMessage } from '../../common/protocol/messages'
import type { Tags } from '../../common/tracing/app-tags'
import { deliverInContext, encloseContext } from '../../common/tracing/message-context'
import { outsideTraces } from '../../common/tracing/tracer'
import { LoadAlarm } from '../backend/load-alarm'
import type { IdleRunner } from '../backend/process'
import { newRunMarker } from '../backend/run-marker'
import { type Death, Supervisor } from '../backend/supervisor'
import type { SupervisorState } from '../backend/supervisor-state'
import type { Log } from '../logging/log'
import type { Incident } from '../records/incidents/incident'
import type { FailedJob } from '../records/jobs/failed-job'
import type { OpenJob } from '../records/jobs/open-job'
import type { JobForecast } from '../records/needs/job-forecast'
import { boot, settings } from '../startup/tracer'
import { updatedMeanwhile } from '../startup/updated-meanwhile'
import { AdmissionControl } from './admission/admission-control'
import { receiveMessage } from './backend-messages'
import { mayRestart } from './before-restart'
import { describeSilence } from './consent-keeper'
import type { BackendInstance } from './instance/backend-instance'
import { BackendRuns } from './instance/backend-runs'
import { launchBackend } from './instance/launch-backend'
import { NextProcess } from './instance/next-process'
import { processOptions } from './instance/process-options'
import type { StandbyStatus } from './instance/standby'
import { UnresponsiveBackends } from './instance/unresponsive-backends'
import type { JobEvent } from './jobs/job-event'
import { JobFeed } from './jobs/job-feed'
import { logNotLoaded, logOutlived, logStartup, logState, logStopped } from './lifecycle-log'
import { Reporting } from './reporting'
import type { SessionContext, StartableBackend } from './session-context'
import { LiveStatus } from './status/live-status'
import { type AgentStatus, type MemoryStatus, memoryStatus } from './status/status'

/** The states that only a stop which was asked for leads to `stopped` from. */
const WHEN_ASKED: ReadonlySet<SupervisorState> = new Set(['stopping', 'backing-off'])

/** The monitor from a start to a stop: the backend, restarted as often as need be, and what is known about it. */
export class MonitorSession {
  #backend: StartableBackend
  readonly #context: SessionContext
  readonly #reporting: Reporting
  readonly #supervisor: Supervisor
  readonly #unresponsive: UnresponsiveBackends
  readonly #jobs = new JobFeed(Date.now)
  readonly #admission: AdmissionControl
  #lastIncident: Incident | null = null
  readonly #status: LiveStatus
  readonly #loading = new LoadAlarm(() => logNotLoaded(this.log, this.#backend))
  readonly #runs = new BackendRuns({
    backend: () => this.#backend,
    launch: (generation, idleRunner) => this.#launch(generation, idleRunner),
    onRunnerOver: (generation, isGivenUp) => {
      if (isGivenUp) this.#reporting.records.end(generation, true)
      else this.#reporting.records.runnerDied(generation)
    },
  })
  readonly #next: NextProcess
  /** The jobs that waited or ran when the backend was last asked to stop. */
  #givenUp: readonly OpenJob[] = []
  #dismissed: Promise<void> | null = null
  /** Settles when the backend has been started; `null` from then on. */
  #appIsReady: Promise<void> | null = null

  constructor(context: SessionContext) {
    const { backend } = context
    this.#context = context
    this.#backend = backend
    this.#reporting = new Reporting({
      dataFolder: context.dataFolder,
      logger: context.logger,
      entry: () => this.#backend.entry,
      run: () => this.#run,
      onLog: (log) => {
        context.consent.logTo(log)
        logStartup(log, { ...context, notes: backend.notes })
      },
      onJobFailed: (job) => {
        context.announce('job-failed', job)
        this.#status.countFailed(job)
      },
    })
    this.#unresponsive = new UnresponsiveBackends({
      mode: settings.STUDIO_UNRESPONSIVE,
      onUnresponsive: () => this.#reporting.metrics.backendUnresponsive(),
      record: (run, unresponsiveMs) =>
        context.announce('incident', this.#reporting.records.silence(run, this.#generation, unresponsiveMs)),
    })
    this.#next = new NextProcess({
      hasStandby: settings.STUDIO_STANDBY,
      backend: () => this.#backend,
      optionsOf: (asked) => processOptions(asked, context.dataFolder),
      newMarker: () => newRunMarker(context.dataFolder),
      isBusy: () => this.jobs.length > 0,
      hopeless: () => updatedMeanwhile(),
      log: this.log,
      onChange: () => this.#status.standbyChanged(),
      now: () => performance.now(),
    })
    this.#status = this.#openStatus()
    this.#admission = new AdmissionControl({
      dataFolder: context.dataFolder,
      log: this.log,
      metrics: this.#reporting.metrics,
      run: () => this.#run,
      hasEngine: () => this.#runs.hasEngine,
      announce: context.announce,
    })
    this.#supervisor = new Supervisor({
      spawn: () => this.#runs.start(),
      detached: (begin) => outsideTraces(boot.tracer, begin),
      stopTimes: context.stopTimes,
      policy: { mode: settings.STUDIO_RESTART, limit: settings.STUDIO_RESTART_LIMIT },
      onDeath: (death) => this.#onDeath(death),
      onReplaced: () => this.#onReplaced(),
      hopeless: () => this.#whyHopeless(),
      ...(context.beforeRestart && { beforeRestart: () => this.#mayRestart() }),
      now: () => performance.now(),
      random: Math.random,
    })
    this.#supervisor.on('state', (state, previous) => this.#onState(state, previous))
    this.#supervisor.on('outlived', (pid) => logOutlived(this.log, pid))
    this.#supervisor.on('ended', (end) => context.announce('ended', end))
  }

  /** Starts the backend, unless one runs; before the app is ready, as soon as it is. */
  start(): void {
    if (!app.isReady()) this.#startWhenReady()
    else if (this.state === 'gave-up') void this.#supervisor.restart()
    else this.#supervisor.start()
  }

  #startWhenReady(): void {
    this.#appIsReady ??= app.whenReady().then(() => {
      this.#appIsReady = null
      // It starts nothing after a stop.
      outsideTraces(boot.tracer, () => this.#supervisor.start())
    })
  }

  get #run(): BackendInstance | null {
    return this.#runs.current
  }

  get #generation(): number {
    return this.#runs.generation
  }

  get log(): Log {
    return this.#reporting.log
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

  get jobs(): readonly JobEvent[] {
    return this.#jobs.open
  }

  /** The open jobs that are expected not to fit, oldest first. */
  get forecasts(): readonly JobForecast[] {
    return this.#admission.unfit
  }

  get memory(): MemoryStatus {
    return memoryStatus(this.#run?.memory() ?? null, settings.STUDIO_MEMORY_LIMIT)
  }

  get agent(): AgentStatus | null {
    return this.#reporting.agent
  }

  get dataFolder(): string {
    return this.#context.dataFolder
  }

  /** The jobs that were found lost when it was opened. */
  get recovered(): readonly FailedJob[] {
    return this.#reporting.records.jobs.recovered
  }

  /** The failed jobs, newest last. */
  failedJobs(): readonly FailedJob[] {
    return this.#reporting.records.jobs.list()
  }

  /** Sends what is known, as far as that goes within the Agent's time. Never rejects. */
  flush(): Promise<void> {
    return this.#reporting.flush()
  }

  /** Has the user's answer count from now on. An engine whose own tracer could send on is started afresh, without it. */
  setConsent(consent: Consent): void {
    const before = sendGate.consent
    this.#context.consent.answer(consent)
    if (sendGate.consent === before) return
    const { log } = this
    this.#run?.tellConsent(sendGate.consent)
    this.#reporting.records.consentChanged()
    log.info(describeSilence() ?? 'consent is granted: what waits is sent, and what is recorded from now on')
    if (!this.#backend.engine) return
    if (sendGate.isOpen) log.info('the engine is traced from its next start on')
    else if (this.#run?.mayEngineSend) {
      log.warn('the engine is restarted: its own tracer sends, and is told nothing while it runs')
      void this.#supervisor.restart()
    }
  }

  /** Has all that follows carry these tags. */
  tellTags(tags: Tags): void {
    this.#run?.tellTags(tags)
  }

  get backend(): StartableBackend {
    return this.#backend
  }

  /** Ends the backend, if it runs, and starts this one: the way out of `gave-up`. */
  async restart(backend: StartableBackend, signal: AbortSignal): Promise<void> {
    this.#backend = backend
    for (const note of backend.notes) this.log.warn(note)
    // It has not been started yet: it will be this one.
    if (this.#appIsReady) return
    await this.#supervisor.restart(signal)
  }

  /** Ends the backend, writes down what is open and sends what is known. The app may exit then. */
  async stop(): Promise<void> {
    await Promise.all([this.#supervisor.stop(), this.#next.stop()])
    await this.#dismissed
    this.#admission.stop()
    await this.#reporting.stop()
    this.#status.end()
    logStopped(this.log, this.#givenUp)
    this.#context.consent.stop()
    this.#reporting.logs.close()
  }

  /** Why no start can succeed; `null` where one may. A runner that has outlived its engine needs none of the app's files. */
  #whyHopeless(): string | null {
    return this.#run?.idleRunner ? null : updatedMeanwhile()
  }

  #openStatus(): LiveStatus {
    const status = new LiveStatus({
      dataFolder: this.#context.dataFolder,
      log: this.log,
      status: () => ({
        pid: this.pid,
        url: this.#backend.engine?.url ?? null,
        memory: this.memory,
        jobs: this.jobs,
        forecasts: this.forecasts,
        agent: this.agent,
        standby: this.#standby,
        records: this.#reporting.records.waiting(),
      }),
      engineResponds: () => !this.#run?.isEngineUnresponsive,
      memory: () => this.memory,
      announce: this.#context.announce,
    })
    for (const job of this.recovered) status.countFailed(job)
    return status
  }

  /** How the spare stands, which an engine's runner makes itself. */
  get #standby(): StandbyStatus | null {
    const { engine } = this.#backend
    if (!settings.STUDIO_STANDBY || !engine) return this.#next.standby
    if (engine.standsBy) return this.#run?.engineSpare ?? { pid: null, residentBytes: null, why: null }
    return { pid: null, residentBytes: null, why: 'the engine has no probe, which tells what to import' }
  }

  #onDeath(death: Death): void {
    // Where nothing is started again there is no next engine.
    const kept = new Set(death.restart.decision === 'restart' ? this.#run?.kept : [])
    this.#reporting.metrics.backendDied(death.explanation, kept)
    const incident = this.#reporting.records.death(death, this.#generation, this.#run, kept)
    this.#lastIncident = incident
    this.#status.countDeath()
    this.#admission.backendEnded(kept)
    this.#reporting.logDelivery?.death(incident)
    this.#context.announce('incident', incident)
    this.#endJobs('failed', kept)
  }

  /** An engine was ended between two jobs: nothing is lost, and nothing recorded. */
  #onReplaced(): void {
    const kept = new Set(this.#run?.kept)
    this.#reporting.metrics.engineReplaced(kept)
    this.#admission.engineReplaced(kept)
    this.#reporting.records.jobs.engineReplaced(this.#generation)
    this.#endJobs('failed', kept)
  }

  #launch(generation: number, idleRunner: IdleRunner | null): BackendInstance {
    const backend = this.#backend
    const { announce, isHeard, dataFolder } = this.#context
    const { logs, records } = this.#reporting
    return launchBackend({
      ...{ backend, dataFolder, logs, idleRunner },
      forked: idleRunner ? null : this.#next.take(backend),
      onBrokenOff: () => this.#onBrokenOff(),
      onMessage: (message) => this.#onMessage(generation, message),
      onLine: { isWanted: () => isHeard('output'), take: (line) => announce('output', line) },
      onParentPortMessage: (posted) =>
        deliverInContext(boot.tracer, 'main', posted, (message) => announce('message', message)),
      runningJobs: () => records.jobs.running(generation),
      lastHeap: (name) => records.profiles.nearDeath(name)?.samples.at(-1) ?? null,
      onUnresponsive: (silent, unresponsiveMs) => {
        this.#status.health(false)
        this.#unresponsive.backend(silent, unresponsiveMs)
      },
      onEngineUnresponsive: (hung, found, isNew) => this.#unresponsive.engine(hung, found, isNew),
    })
  }

  #onBrokenOff(): void {
    if (!this.#supervisor.wouldRestartAtOnce) return
    outsideTraces(boot.tracer, () => this.#next.begin(this.#backend))
  }

  #onMessage(generation: number, message: BackendMessage): void {
    if (message.type === 'engine-spare') this.#status.standbyChanged()
    receiveMessage(generation, message, this.#reporting.receivers)
    this.#admission.hear(message)
    if (message.type === 'heartbeat') this.#status.health(true)
    const job = this.#jobs.hear(message)
    if (job) this.#status.job(job)
  }

  #endJobs(state: 'failed' | 'cancelled', kept?: ReadonlySet<number>): void {
    for (const job of this.#jobs.backendEnded(state, kept)) this.#status.job(job)
  }

  async #mayRestart(): Promise<boolean> {
    const { beforeRestart, beforeRestartMs } = this.#context
    if (!beforeRestart || !this.#lastIncident) return true
    return mayRestart(beforeRestart, this.#lastIncident, this.log, beforeRestartMs)
  }

  #onState(state: SupervisorState, previous: SupervisorState): void {
    this.#status.enter(state, previous)
    // An engine's own probe and API tell of its start.
    if (this.#backend.engine === null) this.#loading.enter(state)
    logState(this.log, state, this.#backend, this.pid, this.#whyHopeless())
    if (state === 'stopped') {
      // A stop while it waits for its next start is one that was asked for, too.
      const wasAsked = WHEN_ASKED.has(previous)
      this.#givenUp = this.#reporting.records.end(this.#generation, wasAsked)
      this.#admission.backendEnded()
      this.#endJobs(wasAsked ? 'cancelled' : 'failed')
    }
    this.#next.enter(state)
    if (state === 'stopped' || state === 'gave-up')
      this.#dismissed = this.#run?.dismissRunner(state === 'gave-up') ?? null
    this.#reporting.metrics.backendState(state, previous)
    this.#context.announce('state', state)
    if (state === 'running')
      this.#context.announce('ready', { pid: this.pid, url: this.#backend.engine?.url ?? null })
  }
}
