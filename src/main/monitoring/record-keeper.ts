import { existsSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { app } from 'electron'
import { sendGate } from '../../common/privacy/send-gate'
import { STARTUP_DEFERRAL_MS } from '../../common/process/startup-deferral'
import { dataPaths } from '../../common/storage/data-folder'
import { errorMessage } from '../../common/storage/errors'
import { isWorkerHeap } from '../backend/exit-cause'
import type { Death } from '../backend/supervisor'
import type { AgentAway } from '../datadog/agent/agent-away'
import type { Intake } from '../datadog/intake/intake'
import type { Waiting } from '../datadog/metrics/waiting'
import type { Identity } from '../datadog/spans/wire-span'
import type { Log } from '../logging/log'
import { readCgroupMemoryLimit } from '../memory/cgroup-limit'
import { MemoryTimeline } from '../memory/timeline'
import { isIncidentWithheld, isJobWithheld } from '../records/consent/withheld'
import { incidentTime } from '../records/incidents/build-incident'
import type { Incident } from '../records/incidents/incident'
import { IncidentStore } from '../records/incidents/incident-store'
import { limitTooLow } from '../records/incidents/limit-too-low'
import { recordDeath, recordUnresponsive } from '../records/incidents/record-death'
import { deathContext, type RunFacts, unresponsiveContext } from '../records/incidents/run-evidence'
import type { OpenViewFile } from '../records/jobs/electron-store'
import type { FailedJob } from '../records/jobs/failed-job'
import { JobRecords } from '../records/jobs/job-records'
import type { OpenJob } from '../records/jobs/open-job'
import { ProfileStore } from '../records/profiles/profile-store'
import { offersCommands } from '../startup/offered-commands'
import { Deliveries } from './deliveries'
import { incidentCommand } from './incident-command'
import type { BackendInstance } from './instance/backend-instance'
import { crashDumps } from './instance/crash-dumps'

/** Interval at which writes that failed on a full disk are retried, in milliseconds. */
const RETRY_INTERVAL_MS = 5_000
/**
 * Delay before delivery wakes, in milliseconds: near a death many records come within a second, reading the
 * folders takes time, and the restart comes first.
 */
const WAKE_AFTER_MS = 250

/** The facts when the backend could not be forked. */
const NO_RUN = {
  run: null,
  heardAt: null,
  timeline: new MemoryTimeline(),
  latest: null,
  hasEngine: false,
  engine: null,
  isProfiled: false,
  oomScore: null,
  survivors: null,
  unresponsive: null,
  runtimeId: null,
  heapLimitBytes: null,
  isLoaded: false,
  hadJobs: false,
  lastWords: [],
}

export interface RecordKeeperOptions {
  readonly dataFolder: string
  /** The backend's entry; its folder tells the user's own code from libraries. */
  readonly entry: () => string
  readonly jobsKept: number
  /** The memory limit in bytes; `null` when off. */
  readonly memoryLimitBytes: number | null
  readonly intake: Intake
  /** The service and run as which incidents and failed jobs are reported; `null` when they are not. */
  readonly identity: Identity | null
  readonly log: Log
  /** Tells of an Agent that nobody reaches; none where there is no Agent. */
  readonly away: AgentAway | undefined
  readonly backendPid: () => number | null
  readonly onJobFailed: (job: FailedJob) => void
}

/** The records of the backend in the data folder: its jobs, its deaths, its profiles. */
export class Records {
  readonly jobs: JobRecords
  readonly profiles: ProfileStore
  readonly #incidents: IncidentStore
  readonly #deliveries: Deliveries
  readonly #options: RecordKeeperOptions
  readonly #retrying: NodeJS.Timeout
  #waking: NodeJS.Timeout | null = null

  constructor(options: RecordKeeperOptions) {
    const { dataFolder, log, intake, identity } = options
    this.#options = options
    this.jobs = JobRecords.open({
      dataFolder,
      keep: options.jobsKept,
      log,
      now: Date.now,
      openFile: openStore,
      onFailed: (jobs) => {
        this.#wakeSoon()
        for (const job of jobs) options.onJobFailed(job)
      },
    })
    this.#incidents = new IncidentStore({ dataFolder, log, now: Date.now })
    this.profiles = new ProfileStore({ dataFolder, log, now: Date.now, backendPid: options.backendPid })
    this.profiles.open()
    this.#deliveries = new Deliveries({
      ...{ intake, identity, log, away: options.away },
      ...{ jobs: this.jobs, incidents: this.#incidents, profiles: this.profiles },
      unsentFolder: dataPaths(dataFolder).unsent,
    })
    this.#wakeSoon(STARTUP_DEFERRAL_MS)
    this.#retrying = setInterval(() => {
      this.#incidents.retry()
      this.#deliveries.retry()
    }, RETRY_INTERVAL_MS)
  }

  /** Resumes delivery when the Agent accepts data again. */
  agentIsBack(): void {
    this.#deliveries.agentIsBack()
  }

  /** Sends what has waited for an answer, and drops spans that it keeps here. */
  consentChanged(): void {
    this.#deliveries.withhold()
    this.#wakeSoon()
  }

  /**
   * Records a death. When it returns, all of it is on disk, if the disk accepts it.
   * @param kept the keys of the jobs that come back with the next engine
   */
  death(death: Death, generation: number, run: BackendInstance | null, kept: ReadonlySet<number>): Incident {
    const facts = this.#factsOf(run, death.evidence.endedAt ?? Date.now())
    const incident = recordDeath(death, this.#sinks(), {
      generation,
      at: facts.at,
      appVersion: app.getVersion(),
      ...circumstances(facts),
      kept,
      evidence: ({ cause, oom }) => {
        if (cause === 'unresponsive') return unresponsiveContext(facts)
        const context = deathContext(facts, { cause, oom }, isWorkerHeap(death.evidence))
        const firstReading =
          context.memory.samples.find(({ treeRssBytes }) => treeRssBytes !== null)?.treeRssBytes ?? null
        const tooLow = limitTooLow({ cause, uptimeMs: death.evidence.uptimeMs }, facts, firstReading)
        if (tooLow === null) return context
        this.#options.log.error(tooLow)
        return { ...context, words: [tooLow, ...context.words] }
      },
    })
    this.profiles.discardUnclaimed()
    this.#keepMinidump(death, incident)
    this.#wakeSoon()
    return incident
  }

  /** Keeps the minidump of a crash by its incident's id; V8's own end without memory needs none. */
  #keepMinidump({ evidence: { crash } }: Death, { id, cause }: Incident): void {
    if (!crash) return
    const { dataFolder, log } = this.#options
    const dumps = crashDumps(dataFolder)
    try {
      if (cause === 'crash') dumps.keep(crash, id)
      else dumps.discard(crash)
    } catch (error) {
      log.warn("a crashed backend's minidump is not kept", { error: errorMessage(error) })
    }
  }

  /**
   * Records that the backend is unresponsive; it lives on.
   * @param unresponsiveMs since its last heartbeat; `null` where it is the engine that is unresponsive
   */
  silence(run: BackendInstance, generation: number, unresponsiveMs: number | null): Incident {
    const facts = this.#factsOf(run, Date.now())
    this.#wakeSoon()
    return recordUnresponsive(this.#sinks(), {
      at: facts.at,
      unresponsiveMs,
      pid: run.pid,
      generation,
      appVersion: app.getVersion(),
      ...circumstances(facts),
      evidence: unresponsiveContext(facts),
      lastWords: facts.lastWords,
    })
  }

  /**
   * Records an exit without a death. Jobs still open were given up if the backend was asked to stop,
   * otherwise they are lost.
   * @returns the jobs that were given up
   */
  end(generation: number, asked: boolean): readonly OpenJob[] {
    this.profiles.discardUnclaimed()
    if (asked) return this.jobs.backendStopped(generation)
    const message = 'the backend exited with code 0 while the job ran'
    const death = { at: Date.now(), cause: 'error-exit', oom: false, incidentId: null } as const
    this.jobs.backendDied(generation, { ...death, error: { name: 'Error', message } })
    return []
  }

  /** Records the jobs that a runner kept which has died before it could start its next engine. */
  runnerDied(generation: number): void {
    const lost = this.jobs.runnerDied(generation)
    if (lost.length === 0) return
    this.#options.log.warn('jobs that had not begun are lost: the process that kept them died too', {
      jobs: lost.length,
    })
    this.#wakeSoon()
  }

  /** The records that may leave, and that no Agent has accepted yet. */
  waiting(): Waiting {
    return {
      job: this.jobs
        .list()
        .flatMap((job) =>
          job.reported || job.resubmitted || isJobWithheld(job, sendGate) ? [] : Date.parse(job.failedAt),
        ),
      incident: this.#incidents
        .unreported()
        .filter((id) => !isIncidentWithheld(id, sendGate))
        .map(incidentTime),
      profile: this.profiles.backlog(),
    }
  }

  /** Finished spans of either process, as dd-trace has encoded them for an Agent that there is not. */
  takeSpans(payload: Uint8Array): void {
    this.#deliveries.takeSpans(payload)
  }

  profilesWritten(): void {
    this.#wakeSoon()
  }

  /** Writes what is pending, and sends what waits, as far as that goes within so many milliseconds. */
  async flush(deadlineMs: number, spansFlushed: Promise<void>): Promise<void> {
    this.#incidents.retry()
    this.jobs.flush()
    await this.#deliveries.flush(deadlineMs, spansFlushed)
  }

  /** Writes what is open; what the Agent does not take within so many milliseconds waits on disk. */
  async stop(deadlineMs: number, spansFlushed: Promise<void>): Promise<void> {
    clearInterval(this.#retrying)
    if (this.#waking) clearTimeout(this.#waking)
    this.#incidents.retry()
    this.jobs.flush()
    await this.#deliveries.stop(deadlineMs, spansFlushed)
    this.jobs.stop()
  }

  #wakeSoon(afterMs = WAKE_AFTER_MS): void {
    this.#waking ??= setTimeout(() => {
      this.#waking = null
      this.#deliveries.wake()
    }, afterMs)
  }

  #sinks() {
    const { dataFolder, log } = this.#options
    const own = {
      isPackaged: app.isPackaged,
      executable: process.execPath,
      defaultUserData: path.join(app.getPath('appData'), app.getName()),
      offersCommands: offersCommands(),
    }
    const commandFor = (id: string) => incidentCommand(id, dataFolder, own)
    return { jobs: this.jobs, incidents: this.#incidents, log, commandFor }
  }

  #factsOf(run: BackendInstance | null, at: number): RunFacts {
    const { dataFolder, entry, memoryLimitBytes } = this.#options
    return {
      ...(run?.facts() ?? NO_RUN),
      at,
      memoryLimitBytes,
      store: this.profiles,
      profilesFolder: dataPaths(dataFolder).profiles,
      projectRoot: projectRootOf(entry()),
    }
  }
}

/** The facts that advice needs on top of the evidence. */
function circumstances({ runtimeId, hasEngine }: RunFacts) {
  const machineBytes = Math.min(os.totalmem(), readCgroupMemoryLimit() ?? Number.POSITIVE_INFINITY)
  return { runtimeId, hasEngine, machineBytes }
}

/**
 * Opens the store, which is loaded when the list is first written, a while after the start: it takes as long
 * to load as all else of the monitor.
 */
const openStore: OpenViewFile = (file) => {
  const store: typeof import('../records/jobs/electron-store') = require('../records/jobs/electron-store')
  return store.openElectronStore(file)
}

/** The folder of the user's own code: where the nearest package.json above the entry is, else the entry's folder. */
function projectRootOf(entry: string): string {
  const own = path.dirname(entry)
  for (let folder = own; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, 'package.json'))) return folder
    if (folder === path.dirname(folder)) return own
  }
}
