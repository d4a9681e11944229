import { app } from 'electron'
import { projectRootOf } from './backend/project-root'
import type { Death } from './backend/supervisor'
import type { Incident } from './incidents/incident'
import { IncidentStore } from './incidents/incident-store'
import { recordDeath, recordSilence } from './incidents/record-death'
import { evidenceOfDeath, evidenceOfSilence, type RunFacts } from './incidents/run-evidence'
import { openElectronStore } from './jobs/electron-store'
import type { FailedJob } from './jobs/failed-job'
import { JobRecords } from './jobs/job-records'
import type { Log } from './log'
import { MemoryTimeline } from './memory/timeline'
import { ProfileDelivery } from './profiles/delivery'
import { ProfileStore } from './profiles/profile-store'
import { dataPaths } from './storage/data-folder'
import type { WatchedRun } from './watched-run'

/** How often what a full disk did not take is tried again, in milliseconds. */
const RETRY_INTERVAL_MS = 5_000
const WAKE_AFTER_MS = 250

export interface RecordsOptions {
  readonly dataFolder: string
  /** The backend's; its folder tells the user's own code from libraries. */
  readonly entry: string
  readonly jobsKept: number
  /** In bytes; `null` when off. */
  readonly memoryLimitBytes: number | null
  readonly agentUrl: string
  readonly log: Log
  readonly backendPid: () => number | null
  readonly onJobFailed: (job: FailedJob) => void
}

/** What is kept of the backend in the data folder: its jobs, its deaths, its profiles. */
export class Records {
  readonly jobs: JobRecords
  readonly profiles: ProfileStore
  readonly #incidents: IncidentStore
  readonly #delivery: ProfileDelivery
  readonly #options: RecordsOptions
  readonly #retrying: NodeJS.Timeout
  #waking: NodeJS.Timeout | null = null

  constructor(options: RecordsOptions) {
    const { dataFolder, log, agentUrl } = options
    this.#options = options
    this.jobs = JobRecords.open({
      dataFolder,
      keep: options.jobsKept,
      log,
      now: Date.now,
      openFile: openElectronStore,
      onFailed: (jobs) => {
        for (const job of jobs) options.onJobFailed(job)
      },
    })
    this.#incidents = new IncidentStore({ dataFolder, log })
    this.profiles = new ProfileStore({ dataFolder, log, now: Date.now, backendPid: options.backendPid })
    this.profiles.open()
    this.#delivery = new ProfileDelivery({ store: this.profiles, agentUrl, log, random: Math.random })
    this.#delivery.wake()
    this.#retrying = setInterval(() => this.#incidents.retry(), RETRY_INTERVAL_MS)
  }

  /** All of it is on disk, if the disk takes it, when this returns. */
  death(death: Death, generation: number, run: WatchedRun | null): Incident {
    const facts = this.#factsOf(run)
    const incident = recordDeath(death, this.#sinks(), {
      generation,
      at: facts.at,
      appVersion: app.getVersion(),
      evidence: ({ cause, oom }) =>
        cause === 'unresponsive' ? evidenceOfSilence(facts) : evidenceOfDeath(facts, oom),
    })
    this.#delivery.wake()
    return incident
  }

  /** The backend does not respond, and lives on. */
  silence(run: WatchedRun, silentMs: number): Incident {
    const facts = this.#factsOf(run)
    return recordSilence(this.#sinks(), {
      at: facts.at,
      silentMs,
      pid: run.pid,
      appVersion: app.getVersion(),
      evidence: evidenceOfSilence(facts),
    })
  }

  /** The backend ended without a death. Jobs still open were given up when it was asked to, else they are lost. */
  end(generation: number, asked: boolean): void {
    if (asked) {
      this.jobs.backendStopped(generation)
      return
    }
    const message = 'the backend exited with code 0 while the job ran'
    const death = { at: Date.now(), cause: 'error-exit', oom: false, incidentId: null } as const
    this.jobs.backendDied(generation, { ...death, error: { name: 'Error', message } })
  }

  /** Near a death there are many in a second, and each look at the folder takes its time. */
  profilesWritten(): void {
    this.#waking ??= setTimeout(() => {
      this.#waking = null
      this.#delivery.wake()
    }, WAKE_AFTER_MS)
  }

  /** Writes what is open; what the Agent does not take within so many milliseconds waits on disk. */
  stop(deadlineMs: number): Promise<void> {
    clearInterval(this.#retrying)
    if (this.#waking) clearTimeout(this.#waking)
    this.#incidents.retry()
    this.jobs.stop()
    return this.#delivery.stop(deadlineMs)
  }

  #sinks() {
    return { jobs: this.jobs, incidents: this.#incidents, log: this.#options.log }
  }

  #factsOf(run: WatchedRun | null): RunFacts {
    const { dataFolder, entry, memoryLimitBytes } = this.#options
    return {
      ...(run?.facts() ?? { run: null, timeline: new MemoryTimeline(), latest: null }),
      at: Date.now(),
      memoryLimitBytes,
      store: this.profiles,
      profilesFolder: dataPaths(dataFolder).profiles,
      projectRoot: projectRootOf(entry),
    }
  }
}
