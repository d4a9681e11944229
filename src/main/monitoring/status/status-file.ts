import { basename, dirname } from 'node:path'
import { removeOrphans, writeFileAtomic } from '../../../common/storage/atomic-file'
import { errorMessage } from '../../../common/storage/errors'
import { setAside } from '../../../common/storage/set-aside'
import type { SupervisorState } from '../../backend/supervisor-state'
import type { Log } from '../../logging/log'
import type { FailedJob } from '../../records/jobs/failed-job'
import {
  localDay,
  MAX_NAMED_JOBS,
  readStatus,
  STATUS_SCHEMA,
  type StatusRecord,
} from '../../records/status/status-record'
import type { JobEvent } from '../jobs/job-event'
import type { MonitorStatus } from './status'

/** Interval of the writes while nothing happens, in milliseconds: as old are the figures at most. */
const TICK_MS = 10_000
/** Between something that happened and the write, in milliseconds: a batch of short jobs is one. */
const SOON_MS = 500
/** Samples of the memory kept: the last seven minutes. */
const SAMPLES = 40

type Today = StatusRecord['today']

/** The facts that the app knows of itself at a moment. */
export interface StatusNow extends Omit<MonitorStatus, 'state' | 'deaths'> {
  readonly responsive: boolean
  /** The spare process; `null` where none is asked for. */
  readonly standby: StatusRecord['standby']
  /** The way to Datadog, in words. */
  readonly way: string
  readonly unsent: StatusRecord['unsent']
}

export interface StatusFileOptions {
  readonly path: string
  readonly app: StatusRecord['app']
  readonly now: () => number
  readonly status: () => StatusNow
  readonly scrub: (text: string) => string
  readonly log: Pick<Log, 'warn'>
}

/** Writes down how the app is, for those who ask from outside: soon after something happens, and now and then. No call throws. */
export class StatusFile {
  readonly #options: StatusFileOptions
  readonly #ticking: NodeJS.Timeout
  #soon: NodeJS.Timeout | null = null
  #state: SupervisorState = 'idle'
  #since: number
  #deaths = 0
  #restarts = 0
  #today: Today
  #samples: StatusRecord['memory']['samples'] = []
  #hasFailed = false

  constructor(options: StatusFileOptions) {
    this.#options = options
    this.#since = options.now()
    const before = this.#open()
    this.#today = before ?? { date: '', done: 0, failed: 0, cancelled: 0 }
    this.#ticking = setInterval(() => this.#write(null), TICK_MS).unref()
  }

  /** Tells of a state that has begun. */
  enter(state: SupervisorState, previous: SupervisorState): void {
    this.#state = state
    this.#since = this.#options.now()
    if (state === 'starting' && previous === 'backing-off') this.#restarts += 1
    this.#writeSoon()
  }

  died(): void {
    this.#deaths += 1
    this.#writeSoon()
  }

  /** Tells of a job's news. One that failed is counted by its record. */
  heard({ state }: JobEvent): void {
    if (state === 'done' || state === 'cancelled') this.#count(state)
    this.#writeSoon()
  }

  /** Tells of a job on record; one found after the app was killed may have failed on another day. */
  jobFailed({ failedAt, resubmitted }: Pick<FailedJob, 'failedAt' | 'resubmitted'>): void {
    if (!resubmitted && localDay(Date.parse(failedAt)) === localDay(this.#options.now()))
      this.#count('failed')
    this.#writeSoon()
  }

  /** Tells of anything else. */
  changed(): void {
    this.#writeSoon()
  }

  /** Writes for the last time: the app has ended as it should. */
  end(): void {
    clearInterval(this.#ticking)
    if (this.#soon) clearTimeout(this.#soon)
    this.#write(this.#options.now())
  }

  #count(what: 'done' | 'failed' | 'cancelled'): void {
    this.#turnDay()
    this.#today = { ...this.#today, [what]: this.#today[what] + 1 }
  }

  #turnDay(): void {
    const date = localDay(this.#options.now())
    if (date !== this.#today.date) this.#today = { date, done: 0, failed: 0, cancelled: 0 }
  }

  #writeSoon(): void {
    this.#soon ??= setTimeout(() => this.#write(null), SOON_MS).unref()
  }

  /** The count of the run before, if it is of today. */
  #open(): Today | null {
    const { path, now, log } = this.#options
    try {
      removeOrphans(dirname(path), (name) => name === basename(path))
      const { record, problem } = readStatus(path)
      // What stands in its place may be somebody's: the next write would replace it.
      if (problem !== null) setAside(path, now())
      return record?.today ?? null
    } catch (error) {
      log.warn('what stands in the place of status.json cannot be moved aside', {
        error: errorMessage(error),
      })
      return null
    }
  }

  #write(endedAt: number | null): void {
    if (this.#soon) clearTimeout(this.#soon)
    this.#soon = null
    const { path, log } = this.#options
    try {
      // Nobody misses it after a power loss: it need not wait for the disk.
      writeFileAtomic(path, `${JSON.stringify(this.#record(endedAt))}\n`, { flush: false })
      this.#hasFailed = false
    } catch (error) {
      if (!this.#hasFailed)
        log.warn('status.json cannot be written: the command status has old figures until it can', {
          error: errorMessage(error),
        })
      this.#hasFailed = true
    }
  }

  #record(endedAt: number | null): StatusRecord {
    const { app, now, status, scrub } = this.#options
    const { memory, jobs, forecasts, agent, standby, pid, url, ...rest } = status()
    const at = new Date(now()).toISOString()
    this.#turnDay()
    const sampledAt = Date.parse(this.#samples.at(-1)?.at ?? '') || 0
    if (memory.usedBytes !== null && Math.abs(now() - sampledAt) > TICK_MS - SOON_MS)
      this.#samples = [...this.#samples, { at, usedBytes: memory.usedBytes }].slice(-SAMPLES)
    const open = jobs.flatMap(({ id, name, kind, state, progress, at: changedAt }) =>
      state === 'queued' || state === 'running'
        ? [
            {
              id: scrub(id),
              name: name === null ? null : scrub(name),
              kind: kind === null ? null : scrub(kind),
              state,
              progress,
              at: changedAt,
            },
          ]
        : [],
    )
    return {
      schema: STATUS_SCHEMA,
      at,
      app,
      endedAt: endedAt === null ? null : at,
      state: this.#state,
      since: new Date(this.#since).toISOString(),
      pid,
      url: url === null ? null : scrub(url),
      memory: { ...memory, samples: this.#samples },
      running: open.filter(({ state }) => state === 'running').length,
      waiting: open.filter(({ state }) => state === 'queued').length,
      jobs: open.slice(0, MAX_NAMED_JOBS),
      today: this.#today,
      forecasts: forecasts.slice(0, MAX_NAMED_JOBS).map((forecast) => ({
        ...forecast,
        id: scrub(forecast.id),
        kind: scrub(forecast.kind),
      })),
      deaths: this.#deaths,
      restarts: this.#restarts,
      standby: standby && { ...standby, why: standby.why === null ? null : scrub(standby.why) },
      agent: agent && { ...agent, reason: agent.reason === null ? null : scrub(agent.reason) },
      ...rest,
    }
  }
}
