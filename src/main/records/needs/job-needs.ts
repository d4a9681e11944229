import type { EngineMemory } from '../../../common/protocol/engine-memory'
import type { BackendMessage, JobEnded, JobMemory } from '../../../common/protocol/messages'
import type { Estimate, FreeMemory, JobForecast } from './job-forecast'
import { kindOfBackendJob, kindOfEngineJob } from './kind-of'
import type { NeedBook } from './need-book'
import type { Before, JobKind, NeedRun } from './need-run'
import { TreePeak, type TreeReading } from './tree-peak'

/** Memory by which the other processes of a tree come and go without a job, in bytes. */
const NOISE = 16 * 2 ** 20

export interface JobNeedsOptions {
  readonly book: () => NeedBook
  /** True where the backend runs Studio's engine. */
  readonly hasEngine: () => boolean
  /** The machine's memory, in bytes. */
  readonly machineBytes: number
  /** The memory that is free when a job begins, in bytes; `null` where that cannot be known. */
  readonly free: () => Omit<FreeMemory, 'leftBytes'> | null
  /** Called with `isNews` false where the same was said of the job before. */
  readonly onForecast: (key: number, forecast: JobForecast, isNews: boolean) => void
  /** Called with the error of a forecast that came true or not, as a part of what came, and the job's kind. */
  readonly onJudged: (error: number, kind: JobKind, wasFalseAlarm: boolean) => void
  /** The book has changed. */
  readonly onChange: () => void
  /** Wall clock, milliseconds since the epoch. */
  readonly now: () => number
}

/** The need of a job whose turn it is. */
export interface ExpectedNeed {
  readonly id: string
  readonly now: Estimate
  /** The need as the first job of a new engine. */
  readonly afresh: Estimate
  /** The memory that earlier jobs have left behind, in bytes. */
  readonly leftBytes: number
}

interface OpenJob {
  readonly key: number
  readonly id: string
  readonly kind: JobKind | null
  startedAt: number | null
  before: Before
  forecast: JobForecast | null
  isToldAlready: boolean
  /** It has shared its time with another. */
  isShared: boolean
  /** The engine's memory as last told while it ran: above the lowest before, in bytes. */
  aboveBytes: number | null
  readonly peak: TreePeak
}

/** Learns from the jobs of one backend after the other what each kind needs, and says before a job runs whether it will fit. */
export class JobNeeds {
  readonly #options: JobNeedsOptions
  readonly #open = new Map<number, OpenJob>()
  /** The family of the job that ran last in this process. */
  #lastFamily: string | null = null
  /** The memory that the engine held before its first job, and holds now, in bytes. */
  #firstBytes: number | null = null
  #heldBytes: number | null = null
  /** The job that has ended last, until it is known what it left. */
  #ended: { readonly id: string; readonly kind: JobKind; readonly startBytes: number } | null = null

  constructor(options: JobNeedsOptions) {
    this.#options = options
  }

  /** True while a job runs whose memory is looked at. */
  get isWatching(): boolean {
    return this.#running().length > 0
  }

  hear(message: BackendMessage): void {
    switch (message.type) {
      case 'job-queued':
        this.#open.set(message.key, this.#newJob(message))
        break
      case 'job-need': {
        const job = this.#open.get(message.key)
        if (job) this.#need({ ...job, kind: kindOfEngineJob(message, this.#options.machineBytes) })
        break
      }
      case 'job-turn':
        if (message.isFreed) this.#freed()
        break
      case 'job-started': {
        const job = this.#open.get(message.key) ?? this.#newJob(message)
        this.#open.set(message.key, job)
        this.#start(job, message.startedAt)
        break
      }
      case 'engine-memory':
        this.#hold(message)
        break
      case 'job-ended':
        this.#end(message.key, message.endedAt, message)
        break
      case 'job-cancelled':
        this.#end(message.key, message.cancelledAt, null)
        break
      case 'job-not-resubmitted':
        if (message.isOver) this.#open.delete(message.key)
        break
      case 'job-left':
        this.#left(message.id, message.residentBytes)
    }
  }

  /** The need that is expected of a job which waits, should it begin now, in bytes, and in a new engine; `null` where nothing says it. */
  expected(key: number): ExpectedNeed | null {
    const job = this.#open.get(key)
    const now = job && this.#estimate(job, this.#lastFamily)
    if (!job || !now) return null
    return { id: job.id, now, afresh: this.#estimate(job, null) ?? now, leftBytes: this.leftBytes }
  }

  /** Takes a reading of the process tree. */
  read(reading: TreeReading): void {
    for (const job of this.#running()) job.peak.add(reading)
  }

  /** The backend is gone, and what ran with it: it needed that much at least. @param kept those that wait for the next one */
  backendEnded(kept: ReadonlySet<number> = new Set()): void {
    for (const { key } of this.#running()) this.#end(key, this.#options.now(), null)
    for (const key of [...this.#open.keys()]) if (!kept.has(key)) this.#open.delete(key)
    this.#lastFamily = this.#firstBytes = this.#heldBytes = this.#ended = null
  }

  #running(): OpenJob[] {
    return [...this.#open.values()].filter(({ startedAt }) => startedAt !== null)
  }

  #newJob({
    key,
    id,
    name,
    kind,
  }: {
    key: number
    id: string
    name: string | null
    kind: string | null
  }): OpenJob {
    return {
      key,
      id,
      kind: this.#options.hasEngine() ? null : kindOfBackendJob({ kind, name }, this.#options.machineBytes),
      startedAt: null,
      before: 'none',
      forecast: null,
      isToldAlready: false,
      isShared: false,
      aboveBytes: null,
      peak: new TreePeak(),
    }
  }

  /** A job that would not even fit if nothing else ran is told of while it waits. */
  #need(job: OpenJob): void {
    this.#open.set(job.key, job)
    const running = this.#running()
    const free = this.#free()
    const estimate = this.#estimate(job, running.at(-1)?.kind?.family ?? this.#lastFamily)
    if (!free || !estimate) return
    const own = running.reduce((sum, { aboveBytes }) => sum + (aboveBytes ?? 0), 0)
    const best = free.freeBytes + own
    if (estimate.expectedBytes > best + free.leftBytes)
      this.#tell(job, estimate, { ...free, freeBytes: best }, 'queued')
  }

  #start(job: OpenJob, at: number): void {
    job.startedAt = at
    const others = this.#running().filter((other) => other !== job)
    for (const other of others) other.isShared = job.isShared = true
    job.before = this.#before(job)
    const free = this.#free()
    const estimate = this.#estimate(job, this.#lastFamily)
    if (free && estimate && others.length === 0) this.#tell(job, estimate, free, 'started')
    this.#lastFamily = job.kind?.family ?? ''
  }

  /** The engine was asked to unload its models: the next job begins as one of another family does. */
  #freed(): void {
    if (this.#lastFamily !== null) this.#lastFamily = ''
  }

  #before({ kind }: OpenJob, last = this.#lastFamily): Before {
    if (last === null) return 'none'
    return kind?.family === last ? 'same' : 'other'
  }

  #estimate(job: OpenJob, last: string | null): Estimate | null {
    return job.kind && this.#options.book().estimate(job.kind, this.#before(job, last))
  }

  #free(): FreeMemory | null {
    const free = this.#options.free()
    return free && { ...free, leftBytes: this.leftBytes }
  }

  /** The memory that earlier jobs have left in the engine, in bytes. */
  get leftBytes(): number {
    return Math.max(0, (this.#heldBytes ?? 0) - (this.#firstBytes ?? 0))
  }

  #tell(job: OpenJob, estimate: Estimate, free: FreeMemory, when: JobForecast['when']): void {
    const fits = estimate.expectedBytes <= free.freeBytes
    const { id, kind } = job
    const at = new Date(this.#options.now()).toISOString()
    const forecast = { ...estimate, ...free, id, kind: kind?.label ?? '', fits, when, at }
    job.forecast = forecast
    const isNews = !fits && !job.isToldAlready
    job.isToldAlready ||= !fits
    this.#options.onForecast(job.key, forecast, isNews)
  }

  #hold({ residentBytes, job }: EngineMemory): void {
    if (residentBytes === null) {
      // It has just begun, perhaps in the place of another.
      this.#firstBytes = this.#heldBytes = this.#lastFamily = null
      return
    }
    const running = this.#running().find(({ id }) => id === job?.id)
    if (job && running)
      running.aboveBytes = job.riseBytes ?? Math.max(0, job.peakBytes - (residentBytes - job.growthBytes))
    // Before the first job began.
    const before = job ? residentBytes - job.growthBytes : residentBytes
    this.#firstBytes ??= before
    this.#heldBytes = before
  }

  #end(key: number, at: number, ended: JobEnded | null): void {
    const job = this.#open.get(key)
    this.#open.delete(key)
    if (!job?.kind || job.startedAt === null) return
    const { memory } = ended ?? {}
    // The next job may come before the probe's word on what is held now.
    if (typeof memory?.startBytes === 'number' && memory.growthBytes !== null)
      this.#heldBytes = memory.startBytes + memory.growthBytes
    const peakBytes = this.#peakOf(job, memory ?? null)
    // Of several at once nobody knows whose it is, where no probe tells.
    if (peakBytes === null || (job.isShared && !this.#options.hasEngine())) return
    const run: NeedRun = {
      peakBytes,
      leftBytes: null,
      gpuBytes: memory?.gpuBytes ?? null,
      ms: Math.max(0, at - job.startedAt),
      before: job.before,
      nodesRun: this.#options.hasEngine() ? (memory?.nodesRun ?? null) : null,
      isBound: ended === null || ended.error !== null || job.isShared,
    }
    this.#keep(job, job.kind, run)
    const startBytes = memory?.startBytes
    this.#ended = typeof startBytes === 'number' ? { id: job.id, kind: job.kind, startBytes } : null
  }

  #keep(job: OpenJob, kind: JobKind, run: NeedRun): void {
    const book = this.#options.book()
    // A job whose results were in the cache did not do what was foretold.
    if (job.forecast && !run.isBound && run.nodesRun !== 0 && job.forecast.basis !== 'bounds') {
      const error = book.judge(kind, job.forecast.expectedBytes, run.peakBytes)
      this.#options.onJudged(error, kind, !job.forecast.fits)
    }
    book.add(kind, run)
    this.#options.onChange()
  }

  /** The peak above the low before it, with what other processes of the tree took meanwhile; `null` where it was not seen. */
  #peakOf(job: OpenJob, memory: JobMemory | null): number | null {
    const { all, others } = job.peak
    if (!this.#options.hasEngine()) return all
    const own = (memory && riseOf(memory)) ?? job.aboveBytes
    return own === null ? null : own + (others > NOISE ? others : 0)
  }

  #left(id: string, residentBytes: number): void {
    this.#heldBytes = residentBytes
    if (this.#ended?.id === id) {
      this.#options.book().left(this.#ended.kind, residentBytes - this.#ended.startBytes)
      this.#options.onChange()
    }
    this.#ended = null
  }
}

/** The memory that an engine's job took above the lowest before, in bytes; `null` where that is not known. */
export function riseOf({ riseBytes, peakBytes, startBytes }: JobMemory): number | null {
  if (typeof riseBytes === 'number') return riseBytes
  return typeof peakBytes === 'number' && typeof startBytes === 'number'
    ? Math.max(0, peakBytes - startBytes)
    : null
}
