import type { ProfileSetKind } from '../../common/protocol/profile-set'
import type { CpuProfile, CpuRecorder } from './cpu-recorder'
import { HeapProfiling, type HeapVitals } from './heap-profiling'
import type { HeapSampler } from './heap-sampler'
import type { MainThreadPause } from './main-thread-pause'
import type { ProfilerReport } from './messages'
import { NearDeathWatch } from './near-death-watch'
import { NearLimitCpu } from './near-limit-cpu'
import { MAX_PAUSE_MS } from './pause'
import { encodeCpuProfile, encodeHeapProfile, scriptsOf } from './pprof'
import type { ProfileFiles } from './profile-files'
import { SetWriter } from './set-writer'
import { SourceMaps } from './source-maps'
import type { SilenceStep } from './unresponsive'
import { StuckRecording } from './unresponsive-recording'
import type { WorkerThread } from './worker-threads'
import { watchWorker } from './worker-watch'

export interface CollectorOptions {
  readonly files: ProfileFiles
  readonly heap: HeapSampler
  readonly wall: CpuRecorder
  readonly recordCpu: (name: string) => Promise<CpuRecorder>
  readonly hold: Pick<MainThreadPause, 'begin' | 'end'>
  readonly heapLimitBytes: number
  /** The limit of the process tree; `null` when off. */
  readonly memoryLimitBytes: number | null
  /** The main thread's last vitals: at most a quarter of a second old while it is responsive. */
  readonly vitals: () => HeapVitals
  readonly report: (report: ProfilerReport) => void
}

/**
 * Takes profiles when they are due and writes them: each period, near a death, while the main thread is
 * unresponsive, at the end.
 */
export class Collector {
  readonly #options: CollectorOptions
  readonly #maps = new SourceMaps()
  readonly #takes: HeapProfiling
  readonly #writer: SetWriter
  readonly #nearDeath: NearDeathWatch
  readonly #stuck: StuckRecording
  #periodStart = Date.now()
  #regularRuns = false
  #finished = false
  #saidLeftOut = false

  constructor(options: CollectorOptions) {
    this.#options = options
    this.#takes = new HeapProfiling(options)
    this.#writer = new SetWriter(options.files, options.report, this.#maps)
    const now = () => performance.now()
    this.#stuck = new StuckRecording(() => options.recordCpu('stuck'), now)
    this.#nearDeath = new NearDeathWatch({
      ...options,
      now,
      takes: this.#takes,
      cpu: new NearLimitCpu(
        () => options.recordCpu('near'),
        (cpu) => encodeCpuProfile(cpu, this.#maps, true),
        now,
      ),
      maps: this.#maps,
      writer: this.#writer,
    })
  }

  /**
   * Reads the heap; near its limit a profile is on disk when this resolves.
   * @returns the bytes in use
   */
  async look(): Promise<number> {
    const usedBytes = await this.#nearDeath.look()
    if (!this.#finished && this.#takes.isOutgrown(usedBytes))
      await this.#writer.guarded(async () => void (await this.#takes.take()))
    return usedBytes
  }

  lookAtTree(rssBytes: number): Promise<void> {
    return this.#nearDeath.lookAtTree(rssBytes)
  }

  /** Watches the heap of a worker thread of the backend until it ends. Never rejects. */
  async watchWorker(worker: WorkerThread): Promise<void> {
    const writer = new SetWriter(this.#options.files, this.#options.report, this.#maps, worker.id)
    const { heapLimitBytes } = this.#options
    await writer.guarded(() => watchWorker(worker, { writer, maps: this.#maps, heapLimitBytes }))
  }

  async period(): Promise<void> {
    // While native code blocks the main thread, periods would wait for it, and then all come at once.
    if (this.#regularRuns || this.#finished) return
    this.#regularRuns = true
    await this.#regular('periodic', () => this.#options.wall.cut())
    this.#regularRuns = false
  }

  /** Takes the last profiles: the process is about to exit as requested. */
  async finish(): Promise<void> {
    this.#finished = true
    await this.#regular('on_shutdown', () => this.#options.wall.end())
  }

  async onSilence(step: SilenceStep): Promise<void> {
    if (step === 'none') return
    await this.#writer.guarded(async () => {
      const cpu = await this.#stuck.follow(step)
      if (cpu) await this.#writeStuck(cpu)
    })
  }

  async #regular(kind: ProfileSetKind, cutWall: () => Promise<CpuProfile | null>): Promise<void> {
    await this.#writer.guarded(async () => {
      const start = this.#periodStart
      const cpu = await cutWall()
      const { usedBytes } = await this.#takes.look()
      const heap = this.#mayPause(usedBytes) ? (await this.#takes.take()).heap : null
      this.#periodStart = Date.now()
      for (const profile of [cpu?.profile, heap]) if (profile) await this.#maps.prepare(scriptsOf(profile))
      const space = heap && encodeHeapProfile(heap, this.#periodStart, this.#maps)
      const wall = cpu && encodeCpuProfile(cpu, this.#maps, true)
      this.#writer.write(kind, { start, end: this.#periodStart, wall, space, heap: null, samples: [] })
    })
  }

  /** True if a regular heap profile is short enough to interrupt the main thread. */
  #mayPause(usedBytes: number): boolean {
    const pauseMs = this.#takes.pauseMs(usedBytes)
    if (pauseMs <= MAX_PAUSE_MS) return true
    if (!this.#saidLeftOut) {
      this.#saidLeftOut = true
      const message = `heap profiles are left out for now: one would stop the backend for about ${Math.round(pauseMs)} ms; near the heap's limit they are taken`
      this.#options.report({ type: 'warning', message })
    }
    return false
  }

  async #writeStuck(cpu: CpuProfile): Promise<void> {
    await this.#maps.prepare(scriptsOf(cpu.profile))
    const wall = encodeCpuProfile(cpu, this.#maps)
    const [start, end] = [cpu.startMicros / 1_000, cpu.endMicros / 1_000]
    this.#writer.write('unresponsive', { start, end, wall, space: null, heap: null, samples: [] })
  }
}
