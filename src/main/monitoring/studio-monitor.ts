import { EventEmitter } from 'node:events'
import { isDeepStrictEqual } from 'node:util'
import { app, type MessagePortMain } from 'electron'
import { onePerProcess } from '../../common/bundle/one-per-process'
import type { Consent } from '../../common/privacy/consent'
import { sendGate } from '../../common/privacy/send-gate'
import { errorMessage } from '../../common/storage/errors'
import { appTags, type Tags } from '../../common/tracing/app-tags'
import { addTracerTags } from '../../common/tracing/dd-trace/tracer-tags'
import type { BackendOptions } from '../backend/choice'
import { ensureStartable } from '../backend/engine/preflight'
import { changedOptions, mergedChanges, type RestartChange } from '../backend/restart-change'
import type { SupervisorState } from '../backend/supervisor-state'
import { type Incident, isAlive } from '../records/incidents/incident'
import { readIncidents } from '../records/incidents/read-incidents'
import type { FailedJob } from '../records/jobs/failed-job'
import { readJobs } from '../records/jobs/read-only'
import { StartError } from '../startup/start-error'
import { boot, packageConsent, settings } from '../startup/tracer'
import { answerConsent } from './consent-keeper'
import { MonitorEvents, type StudioMonitorEvents } from './events'
import { type IncidentProfiles, readProfiles } from './incident-profiles'
import { Lifecycle } from './lifecycle'
import { type OpenSession, openSession, startableBackend } from './open-session'
import { checkChange, checkConsent, checkOptions, type StudioMonitorOptions } from './options'
import { Readiness } from './readiness'
import { type MonitorStatus, memoryStatus } from './status/status'
import { checkTags, checkUser, type StudioUser } from './user'

interface Running {
  monitor: { readonly isActive: boolean; readonly state: string; quit(): void } | null
  isQuitting: boolean
  isWatchingQuit: boolean
}

/** The app's one monitor: two would write one journal, and the lock of the data folder is held against other processes only. */
const running = onePerProcess<Running>('monitor', { monitor: null, isQuitting: false, isWatchingQuit: false })

/** Whoever wants to end the backend cleanly holds the app up; whoever does not has nothing started any more. */
function onWillQuit(): void {
  running.isQuitting = true
  running.monitor?.quit()
}

/** The backend and what is known about it. */
export class StudioMonitor extends MonitorEvents {
  #options: StudioMonitorOptions
  #open: OpenSession | null = null
  /** The app's last answer. */
  #consent: Consent
  #user: StudioUser | null = null
  #tags: Tags = {}
  #dataFolder: string | null = null
  #deaths = 0
  /** Jobs found lost at the start, until somebody listens. */
  #lost: FailedJob[] = []
  /** The state that the last session ended in. */
  #lastState: SupervisorState = 'idle'
  readonly #lifecycle: Lifecycle<RestartChange>
  readonly #readiness = new Readiness()

  private constructor(options: StudioMonitorOptions) {
    super()
    this.#options = options
    this.#consent = options.consent ?? packageConsent ?? 'granted'
    // Node's own event, which is none of ours.
    EventEmitter.prototype.on.call(this, 'newListener', (name: unknown) => {
      if (name === 'job-failed') for (const job of this.#lost.splice(0)) this.announce('job-failed', job)
    })
    this.onListenerError = (name, error) => this.#logListenerError(name, error)
    this.#lifecycle = new Lifecycle<RestartChange>({
      open: (change, signal) => this.#openSession(change, signal),
      start: async () => this.#open?.session.start(),
      restart: (change, signal) => this.#restart(change, signal),
      close: () => this.#close(),
      merge: mergedChanges,
    })
  }

  /** @internal `startStudioMonitor` is the way in. */
  static async start(options: StudioMonitorOptions): Promise<StudioMonitor> {
    const monitor = new StudioMonitor(checkOptions(options))
    monitor.#claim()
    await monitor.#lifecycle.start()
    if (running.isQuitting) throw StartError.quitting()
    return monitor
  }

  /** The backend's state; `stopped` after a stop. */
  get state(): SupervisorState {
    return this.#open?.session.state ?? this.#lastState
  }

  /** The process id of the running backend, or `null`. */
  get pid(): number | null {
    return this.#open?.session.pid ?? null
  }

  /** @internal True while it has the data folder, or is about to. */
  get isActive(): boolean {
    return this.#lifecycle.isActive
  }

  /** @internal For good. */
  quit(): void {
    void this.#lifecycle.quit()
  }

  /**
   * Resolves when the backend is ready; at once when it is.
   * @throws when it ends, gives up, or is stopped before
   */
  get ready(): Promise<void> {
    if (this.state === 'running') return Promise.resolve()
    return this.#readiness.wait()
  }

  /** How things are now. */
  status(): MonitorStatus {
    const session = this.#open?.session
    return {
      state: this.state,
      pid: this.pid,
      url: session?.backend.engine?.url ?? null,
      memory: session?.memory ?? memoryStatus(null, settings.STUDIO_MEMORY_LIMIT),
      jobs: session?.jobs ?? [],
      forecasts: session?.forecasts ?? [],
      deaths: this.#deaths,
      consent: sendGate.consent,
      agent: session?.agent ?? null,
    }
  }

  /** The failed jobs that are kept, newest last; from disk while it is stopped. */
  failedJobs(): readonly FailedJob[] {
    if (this.#open) return this.#open.session.failedJobs()
    return this.#dataFolder === null ? [] : readJobs(this.#dataFolder).jobs
  }

  /** The incidents that are kept, newest last, from disk. */
  incidents(): readonly Incident[] {
    return this.#dataFolder === null ? [] : readIncidents(this.#dataFolder).incidents
  }

  /** The profiles of an incident, as gzipped pprof; `null` for an incident that is not kept. */
  async profile(incidentId: string): Promise<IncidentProfiles | null> {
    const incident = this.incidents().find(({ id }) => id === incidentId)
    return incident && this.#dataFolder !== null ? readProfiles(this.#dataFolder, incident) : null
  }

  /**
   * The user's answer, whether anything may leave the machine, from now on: `granted` sends what has waited for it, `denied`
   * keeps that here for good, and what is recorded from now on. Local records go on. `STUDIO_SEND=false` is stronger.
   * @throws {StartError} for what is no answer
   */
  setConsent(consent: Consent): void {
    this.#consent = checkConsent(consent)
    if (this.#open) this.#open.session.setConsent(consent)
    else answerConsent(consent)
  }

  /**
   * The one who uses the app, from now on: an id that the app chooses stands as `usr.id` in all that is sent and recorded from
   * now on. `null` for nobody; nobody is named unless this is called.
   * @throws {StartError} for what is no user
   */
  setUser(user: StudioUser | null): void {
    this.#user = checkUser(user)
    this.#tag()
  }

  /**
   * The app's own tags, in place of those of the last call, in all that is sent and recorded from now on. An engine's own ddtrace
   * has them from its next start on.
   * @throws {StartError} for what are no tags
   */
  setTags(tags: Readonly<Record<string, string>>): void {
    this.#tags = checkTags(tags)
    this.#tag()
  }

  /** Sends what is known now, as far as that goes within 2.5 s: before the app does what may end it. Never rejects. */
  async flush(): Promise<void> {
    await this.#open?.session.flush()
  }

  /**
   * To the backend's own `process.parentPort`, where it goes on with the active trace. Kept until the app is ready, when the
   * backend is started; dropped while no backend runs.
   */
  postMessage(message: unknown, transfer?: MessagePortMain[]): void {
    this.#open?.session.postMessage(message, transfer)
  }

  /**
   * Starts the backend again after `stop()`, after it has ended by itself, or after it died too often; does nothing while
   * one runs.
   * @throws {StartError} as `startStudioMonitor` does, and when the app quits
   */
  async start(): Promise<void> {
    this.#claim()
    await this.#lifecycle.start()
  }

  /**
   * Ends the backend, if one runs, and starts it afresh: with what is given here instead of what was given before. Starts
   * one that is stopped, and is the way out of `gave-up`. Where this throws, the one before runs on.
   * @throws {StartError} if it cannot be started like that, and when the app quits
   */
  async restart(change: RestartChange = {}): Promise<void> {
    checkChange(change)
    this.#claim()
    await this.#lifecycle.restart(change)
  }

  /**
   * Ends the backend, writes down what is open and sends what is known. The app may exit then, or start it again. Never
   * rejects.
   */
  stop(): Promise<void> {
    return this.#lifecycle.stop()
  }

  /** @throws {StartError} if another monitor runs, or the app quits */
  #claim(): void {
    if (running.isQuitting) throw StartError.quitting()
    const { monitor } = running
    if (monitor !== null && monitor !== this && monitor.isActive) throw StartError.startedTwice(monitor.state)
    if (!running.isWatchingQuit) app.on('will-quit', onWillQuit)
    running.isWatchingQuit = true
    running.monitor = this
  }

  #tag(): void {
    const { current } = appTags
    const tags = { ...this.#tags, ...(this.#user && { 'usr.id': this.#user.id }) }
    if (isDeepStrictEqual(tags, current)) return
    appTags.set(tags)
    addTracerTags(boot.tracer, tags)
    this.#open?.session.tellTags(tags)
  }

  async #openSession(change: RestartChange | null, signal: AbortSignal): Promise<void> {
    const options = this.#changed(change)
    this.#open = await openSession(
      options,
      {
        announce: (name, ...args) => this.#onEvent(name, ...args),
        isHeard: (name) => this.listenerCount(name) > 0,
        consent: () => this.#consent,
      },
      signal,
    )
    this.#dataFolder = this.#open.session.dataFolder
    for (const job of this.#open.session.recovered) this.#tellLost(job)
    this.#options = options
  }

  async #restart(change: RestartChange | null, signal: AbortSignal): Promise<void> {
    const { session } = this.#open ?? {}
    if (!session) return
    const options = this.#changed(change)
    const backend = startableBackend(options)
    if (backend.engine)
      await ensureStartable(backend.engine, session.pid === null ? null : session.backend.engine?.url)
    this.#options = options
    await session.restart(backend, signal)
  }

  async #close(): Promise<void> {
    const open = this.#open
    if (!open) return
    await open.session.stop()
    this.#lastState = open.session.state
    this.#open = null
    open.release()
    this.#readiness.notReady('it was stopped')
  }

  #tellLost(job: FailedJob): void {
    if (this.listenerCount('job-failed') > 0) this.announce('job-failed', job)
    else this.#lost.push(job)
  }

  #onEvent<Name extends keyof StudioMonitorEvents>(name: Name, ...args: StudioMonitorEvents[Name]): void {
    if (name === 'ready') this.#readiness.ready()
    if (name === 'incident' && !isAlive(args[0] as Incident)) this.#deaths += 1
    if (name === 'ended') this.#readiness.notReady('it has ended')
    if (name === 'state' && args[0] === 'gave-up') this.#readiness.notReady('it died too often')
    this.announce(name, ...args)
  }

  #changed(change: RestartChange | null): StudioMonitorOptions {
    if (change === null) return this.#options
    try {
      const changed: BackendOptions = changedOptions(this.#options, change)
      return changed
    } catch (error) {
      throw StartError.badOption('restart', errorMessage(error), 'see docs/api.md')
    }
  }

  #logListenerError(name: string, error: unknown): void {
    this.#open?.session.log.error(`a listener of the app for ${name} threw: ${errorMessage(error)}`, {
      stack: (error instanceof Error && error.stack) || '',
    })
  }
}
