import type { DeathCause } from '../../../src/main/backend/cause'
import { BackendMetrics } from '../../../src/main/datadog/metrics/backend-metrics'
import { EngineMetrics } from '../../../src/main/datadog/metrics/engine-metrics'
import { JobMetrics } from '../../../src/main/datadog/metrics/job-metrics'
import { Metrics } from '../../../src/main/datadog/metrics/metrics'
import { OwnCost } from '../../../src/main/datadog/metrics/own-cost'
import { sendWaiting } from '../../../src/main/datadog/metrics/waiting'
import { GrowthDetector } from '../../../src/main/memory/growth'
import type { Machine } from './machines'
import { FIRST_HOUR, type Points } from './points'
import { Random } from './random'

/** Interval at which a Studio measures and sends, in seconds, as the real one does. */
export const TICK_S = 10
const MB = 2 ** 20
const GB = 2 ** 30
const HEAP_LIMIT = 4 * GB
const BASE_HEAP = 280 * MB
const DEATHS_KEPT_S = 600
const MISHAPS: readonly DeathCause[] = [
  'killed',
  'crash',
  'unresponsive',
  'kernel-oom-kill',
  'error-exit',
  'killed',
]
/** Packs of custom nodes: seconds and memory of their import, and the share of a job's memory that a node of theirs takes. */
const PACKS = [
  { pack: 'video-suite', seconds: 11, bytes: 610 * MB, share: 0.9 },
  { pack: 'controlnet-aux', seconds: 6.5, bytes: 380 * MB, share: 0.25 },
  { pack: 'face-tools', seconds: 4, bytes: 720 * MB, share: 0.4 },
  { pack: 'impact', seconds: 2.2, bytes: 140 * MB, share: 0.12 },
  { pack: 'rgb-utils', seconds: 0.3, bytes: 6 * MB, share: 0.02 },
]
const GPU_PEAK_SHARE = 0.8
/** Jobs of which a Studio knows too little before it foretells what one needs. */
const LEARNT_FROM = 20
const CULPRITS = ['keepLatents', 'decodeImage', 'blend']

interface Job {
  readonly key: number
  readonly queuedAt: number
  readonly takes: number
  readonly bytes: number
  readonly ends: 'done' | 'threw' | 'cancelled'
  startedAt: number | null
}

/** One Studio's day, sent to Datadog by the code of the real one. */
export class Studio {
  readonly #random: Random
  readonly #forecasts: Random
  #backend: BackendMetrics
  readonly #jobs: JobMetrics
  readonly #engine: EngineMetrics
  readonly #cost: OwnCost
  readonly #metrics: Metrics
  #growth: GrowthDetector
  #queue: Job[] = []
  #running: Job | null = null
  #nextKey = 0
  #leaked = 0
  #deaths: number[] = []
  #upAgainAt: number | null = null
  #gaveUpUntil: number | null = null
  #isOn = false
  #profiles: number[] = []
  #now = 0
  #cpuMs = { main: 0, profiler: 0 }

  constructor(
    private readonly machine: Machine,
    private readonly points: Points,
    seed: number,
  ) {
    this.#random = new Random(seed)
    this.#forecasts = new Random(seed + 1)
    const { host, version } = machine
    const common = { host, version, env: 'production', service: 'hanzo-studio-inference' }
    const send = points.client(common, () => this.#now)
    // Metrics sent while the Agent is unavailable are lost.
    const client = new Proxy(send, {
      get: (target, name: keyof typeof send) => (this.#isAway() ? () => {} : target[name]),
    })
    this.#metrics = new Metrics(client)
    this.#backend = new BackendMetrics(this.#metrics, () => this.#now * 1_000)
    this.#jobs = new JobMetrics(this.#metrics)
    this.#engine = new EngineMetrics(this.#metrics)
    this.#cost = new OwnCost(this.#metrics)
    this.#growth = new GrowthDetector(machine.memoryLimitBytes)
  }

  /** @param now seconds since the day began */
  tick(now: number): void {
    this.#now = now
    const isOn = this.#isWithin(this.machine.on)
    if (isOn && !this.#isOn) this.#launch()
    if (!isOn && this.#isOn) this.#stop()
    this.#isOn = isOn
    if (!isOn) return
    if (this.#gaveUpUntil !== null && now >= this.#gaveUpUntil) this.#start()
    if (this.#upAgainAt !== null && now >= this.#upAgainAt) this.#start()
    if (this.#isUp()) this.#work()
    this.#send()
  }

  #isUp(): boolean {
    return this.#upAgainAt === null && this.#gaveUpUntil === null
  }

  #isAway(): boolean {
    return this.#isWithin(this.machine.away)
  }

  #isWithin([from, to]: readonly [from: number, to: number]): boolean {
    const hour = (FIRST_HOUR + this.#now / 3_600) % 24
    return hour >= from && hour < to
  }

  /** Launches the app anew: its first start is not a restart. */
  #launch(): void {
    this.#backend = new BackendMetrics(this.#metrics, () => this.#now * 1_000)
    this.#start()
  }

  #start(): void {
    this.#upAgainAt = null
    this.#gaveUpUntil = null
    this.#leaked = 0
    this.#growth = new GrowthDetector(this.machine.memoryLimitBytes)
    this.#backend.enter('starting')
    this.#backend.enter('running')
    this.#engine.message({
      type: 'engine-packs',
      packs: PACKS.map(({ pack, seconds, bytes }) => ({
        pack,
        ms: this.#random.skewed(seconds, 0.2) * 1_000,
        bytes,
        ok: true,
      })),
    })
  }

  #stop(): void {
    this.#jobs.backendEnded(true)
    this.#backend.enter('stopping')
    this.#backend.enter('stopped')
    this.#queue = []
    this.#running = null
  }

  #work(): void {
    const { jobsPerHour, mishapsPerHour } = this.machine
    const random = this.#random
    if (random.happens((jobsPerHour * TICK_S) / 3_600)) this.#accept()
    this.#endJob()
    this.#startJob()
    if (this.#heap() >= HEAP_LIMIT * 0.97) this.#die('heap-out-of-memory', true)
    else if (this.#rss() >= this.machine.memoryLimitBytes) this.#die('memory-limit', true)
    else if (random.happens((mishapsPerHour * TICK_S) / 3_600)) {
      const cause = random.of(MISHAPS, 'killed')
      if (cause === 'unresponsive') this.#backend.unresponsive()
      this.#die(cause, cause === 'kernel-oom-kill')
    } else if (random.happens(0.0001)) this.#backend.unresponsive()
  }

  #accept(): void {
    const random = this.#random
    const ends = random.happens(this.machine.errorRate)
      ? 'threw'
      : random.happens(0.05)
        ? 'cancelled'
        : 'done'
    const bytes = random.skewed(this.machine.jobBytes, 0.55)
    const job: Job = {
      key: this.#nextKey++,
      queuedAt: this.#now,
      takes: random.skewed(26, 0.7),
      bytes,
      ends,
      startedAt: null,
    }
    this.#queue.push(job)
    this.#jobs.message({ type: 'job-queued', ...IDS, key: job.key, queuedAt: job.queuedAt * 1_000 })
  }

  #startJob(): void {
    if (this.#running) return
    const job = this.#queue.shift()
    if (!job) return
    // It starts between two ticks.
    job.startedAt = Math.max(job.queuedAt + 0.05, this.#now - this.#random.between(0, TICK_S))
    this.#running = job
    this.#jobs.message({ type: 'job-started', ...IDS, key: job.key, startedAt: job.startedAt * 1_000 })
    if (job.key >= LEARNT_FROM) this.#foretell(job)
  }

  /** Foretells what a job needs, and compares it with what it takes. */
  #foretell({ bytes, ends }: Job): void {
    const expected = this.#forecasts.skewed(bytes, 0.08)
    const fits = expected <= this.machine.memoryLimitBytes - (this.#rss() - bytes)
    this.#metrics.count('studio.jobs.forecast', 1, { fits: fits ? 'true' : 'false' })
    if (ends !== 'done') return
    this.#metrics.distribution('studio.jobs.forecast.error', (Math.abs(expected - bytes) / bytes) * 100)
  }

  #endJob(): void {
    const job = this.#running
    if (!job || job.startedAt === null || this.#now < job.startedAt + job.takes) return
    this.#running = null
    this.#tellUsage(job)
    this.#leaked += this.machine.leakBytes * this.#random.between(0.6, 1.4)
    const at = (job.startedAt + job.takes) * 1_000
    const error = job.ends === 'threw' ? { name: 'RangeError', message: '' } : null
    if (job.ends === 'cancelled') this.#jobs.message({ type: 'job-cancelled', key: job.key, cancelledAt: at })
    else
      this.#jobs.message({
        type: 'job-ended',
        key: job.key,
        endedAt: at,
        progress: 1,
        error,
        stack: null,
        spanSent: false,
      })
    if (error) this.#lose(job, 'job-error')
  }

  /** Tells what the nodes of a job that ended took. */
  #tellUsage({ bytes }: Job): void {
    const rss = this.#rss()
    const used = PACKS.filter(() => this.#random.happens(0.4))
    const node = (pack: string | null, share: number) => ({
      pack,
      peakBytes: rss + bytes * share,
      growthBytes: bytes * share * this.#random.between(0.5, 1),
    })
    this.#engine.message({
      type: 'engine-usage',
      jobs: { peakBytes: rss + bytes, growthBytes: bytes * this.#random.between(0.6, 1) },
      nodes: [node(null, 0.6), ...used.map(({ pack, share }) => node(pack, share))],
      gpu: {
        allocatedBytes: bytes * 0.4,
        reservedBytes: bytes * 0.7,
        peakBytes: this.machine.jobBytes * GPU_PEAK_SHARE + bytes * 0.2,
      },
    })
    this.#engine.send()
  }

  #lose(job: Job, cause: DeathCause | 'job-error'): void {
    const state = job.startedAt === null ? 'queued' : 'running'
    const durationMs = job.startedAt === null ? 0 : Math.max(0, this.#now - job.startedAt) * 1_000
    this.#jobs.failed({ cause, durationMs, state })
    if (state === 'queued') return
    this.points.spans.push({
      at: this.#now,
      fields: {
        operation_name: 'studio.job',
        status: 'error',
        host: this.machine.host,
        resource_name: 'prompt',
        '@studio.job.name': this.#random.of(['portrait', 'poster', 'upscale', 'inpaint'], 'portrait'),
        '@studio.job.cause': cause,
        '@duration': `${Math.max(1, Math.round(durationMs / 1_000))} s`,
      },
    })
  }

  #die(cause: DeathCause, oom: boolean): void {
    const lost = [...(this.#running ? [this.#running] : []), ...this.#queue]
    this.#backend.died({ cause, oom })
    for (const job of lost) this.#lose(job, cause)
    this.#jobs.backendEnded(false)
    this.#running = null
    this.#queue = []
    this.points.spans.push({
      at: this.#now,
      fields: {
        operation_name: 'studio.backend.incident',
        host: this.machine.host,
        '@studio.incident.cause': cause,
        '@studio.incident.oom': String(oom),
        '@studio.incident.culprit.function': oom ? this.#culprit() : '',
        '@studio.incident.jobs_lost': String(lost.length),
      },
    })
    this.#deaths = [...this.#deaths.filter((at) => this.#now - at < DEATHS_KEPT_S), this.#now]
    if (this.#deaths.length >= 5) {
      this.#backend.enter('gave-up')
      this.#gaveUpUntil = this.#now + 2_400
      return
    }
    this.#backend.enter('backing-off')
    this.#upAgainAt = this.#now + TICK_S * this.#deaths.length
  }

  #culprit(): string {
    return this.machine.leakBytes > 0 ? 'keepLatents' : this.#random.of(CULPRITS, 'blend')
  }

  #heap(): number {
    return BASE_HEAP + this.#leaked + (this.#running ? 220 * MB * this.#random.between(0.6, 1.4) : 0)
  }

  #rss(): number {
    return this.#heap() * 1.15 + 420 * MB + (this.#running?.bytes ?? 0)
  }

  #send(): void {
    const random = this.#random
    const rss = this.#rss()
    if (this.#isUp()) this.#growth.add(this.#now * 1_000, rss)
    this.#backend.sendState()
    this.#backend.sendMemory(
      {
        treeRssBytes: rss,
        heapUsedBytes: this.#heap(),
        heapLimitBytes: HEAP_LIMIT,
        growth: this.#growth.bytesPerSecond,
      },
      this.machine.memoryLimitBytes,
    )
    this.#jobs.sendOpen()
    const busy = this.#running ? 1 : 0
    this.#metrics.gauge('studio.event_loop.delay', random.skewed(0.012, 0.5), { process: 'main' })
    this.#metrics.gauge('studio.event_loop.delay', random.skewed(0.03 + busy * 0.25, 0.6), {
      process: 'backend',
    })
    this.#sendCost(busy)
    this.#sendWaiting()
  }

  #sendCost(busy: number): void {
    this.#cpuMs.main += cpuMs(this.#random, 0.011)
    this.#cpuMs.profiler += cpuMs(this.#random, 0.007 + busy * 0.004)
    const atMs = this.#now * 1_000
    this.#cost.send('main', { cpuMs: this.#cpuMs.main, atMs }, (138 + this.#random.between(0, 6)) * MB)
    this.#cost.send('profiler', { cpuMs: this.#cpuMs.profiler, atMs }, (6 + busy * 3) * MB)
  }

  /** Makes a profile set every 65 s, and sends one at a time to the Agent when it is back. */
  #sendWaiting(): void {
    if (this.#now % 60 < TICK_S && (this.#isAway() || this.#random.happens(0.1)))
      this.#profiles.push(this.#now)
    if (!this.#isAway() && this.#random.happens(0.25)) this.#profiles.shift()
    const waiting = { job: [], incident: [], profile: this.#profiles.map((at) => at * 1_000) }
    sendWaiting(this.#metrics, waiting, this.#now * 1_000)
  }
}

/** CPU time within one tick, in milliseconds. */
const cpuMs = (random: Random, share: number) => random.skewed(share, 0.25) * TICK_S * 1_000

const IDS = {
  id: 'a',
  name: null,
  kind: null,
  traceId: null,
  spanId: null,
  parentId: null,
  runtimeId: null,
  version: null,
} as const
