import { setTimeout as sleep } from 'node:timers/promises'
import type { HeapSample, ProfileSetKind } from '../../profile-set'
import type { CpuProfile, CpuRecorder } from './cpu-recorder'
import { HeapCourse } from './heap-course'
import type { HeapProfile, HeapSampler } from './heap-sampler'
import { attributeInlined } from './inlined'
import type { ProfilerReport } from './messages'
import { fillsSoon, NearDeathMarks } from './near-death'
import { MAX_PAUSE_MS, PauseEstimate } from './pause'
import { encodeCpuProfile, encodeHeapProfile, scriptsOf } from './pprof'
import type { ProfileFiles } from './profile-files'
import type { SilenceStep } from './silence'
import { SourceMaps } from './source-maps'
import { StuckRecording } from './stuck-recording'

/** Near a death source maps get this long, in milliseconds: a profile without them is better than none. */
const HURRIED_MAPS_MS = 40
/** A CPU profile that has run so long is cut for the next mark; the first is cut at once. In microseconds. */
const MIN_CPU_MICROS = 300_000
/** A main thread is not held up for longer than this, dying or not. In milliseconds. */
const MAX_HOLD_MS = 5_000
/** What was near is not any more. */
const NOT_NEAR = 0.55
/** A heap this full gets a CPU recording of its own, for the case that it is the last. */
const RECORD_CPU_AT = 0.5
/** Vitals are out of date when the heap has changed by more than this share since. */
const MAX_DRIFT = 0.1

/** Of the main thread's V8 heap, in bytes. */
export interface HeapVitals {
  readonly usedBytes: number
  /** Outside V8's space for large objects. */
  readonly smallObjectBytes: number
}

export interface CollectorOptions {
  readonly files: ProfileFiles
  readonly heap: HeapSampler
  readonly wall: CpuRecorder
  readonly recordCpu: (name: string) => Promise<CpuRecorder>
  readonly heapLimitBytes: number
  /** Of the process tree; `null` when off. */
  readonly memoryLimitBytes: number | null
  /** What the main thread told last: a second old at most while it is not stuck. */
  readonly vitals: () => HeapVitals
  readonly report: (report: ProfilerReport) => void
}

/** Takes profiles when they are due and writes them down: each period, near a death, in a silence, at the end. */
export class Collector {
  readonly #options: CollectorOptions
  readonly #maps = new SourceMaps()
  readonly #heapMarks = new NearDeathMarks()
  readonly #treeMarks = new NearDeathMarks()
  readonly #course = new HeapCourse()
  #periodStart = Date.now()
  #nearCpu: CpuRecorder | null = null
  #nearWall: Buffer | null = null
  readonly #stuck: StuckRecording
  #usedBytes = 0
  #regularRuns = false
  readonly #pause = new PauseEstimate()
  /** The last profile of code that was inlined; `null` while code is. */
  #lastInlined: HeapProfile['profile'] | null = null
  #failing = false
  #finished = false
  #saidLeftOut = false

  constructor(options: CollectorOptions) {
    this.#options = options
    this.#stuck = new StuckRecording(() => options.recordCpu('stuck'))
  }

  /** Looks at the heap; near its end a profile is on disk when this resolves. @returns the bytes in use */
  async look(): Promise<number> {
    await this.#guarded(async () => {
      const { heap, heapLimitBytes } = this.#options
      this.#usedBytes = await heap.usedBytes()
      const sample = { at: Date.now(), usedBytes: this.#usedBytes, limitBytes: heapLimitBytes }
      const before = this.#course.before(sample)
      this.#course.add(sample)
      const share = sample.usedBytes / heapLimitBytes
      await this.#recordNearCpu(share)
      if (share < NOT_NEAR && this.#lastInlined) await this.#allowInlining()
      if (this.#heapMarks.due(share, this.#predictedPause())) await this.#nearDeath(fillsSoon(before, sample))
    })
    return this.#usedBytes
  }

  /** The limit of the whole tree may be near while the heap is far from its own. */
  async lookAtTree(rssBytes: number): Promise<void> {
    const { memoryLimitBytes } = this.#options
    if (
      memoryLimitBytes === null ||
      !this.#treeMarks.due(rssBytes / memoryLimitBytes, this.#predictedPause())
    )
      return
    await this.#nearDeath(false)
  }

  async period(): Promise<void> {
    // While the main thread is stuck in native code periods would wait for it, and then all come at once.
    if (this.#regularRuns || this.#finished) return
    this.#regularRuns = true
    await this.#regular('periodic', () => this.#options.wall.cut())
    this.#regularRuns = false
  }

  /** The process is about to end as it was asked to. */
  async finish(): Promise<void> {
    this.#finished = true
    await this.#regular('on_shutdown', () => this.#options.wall.end())
  }

  async onSilence(step: SilenceStep): Promise<void> {
    if (step === 'none') return
    await this.#guarded(async () => {
      const cpu = await this.#stuck.follow(step)
      if (cpu) await this.#writeStuck(cpu)
    })
  }

  async #regular(kind: ProfileSetKind, cutWall: () => Promise<CpuProfile | null>): Promise<void> {
    await this.#guarded(async () => {
      const start = this.#periodStart
      const cpu = await cutWall()
      const usedBytes = await this.#options.heap.usedBytes()
      const heap = this.#mayPause(usedBytes) ? (await this.#takeHeap()).heap : null
      this.#periodStart = Date.now()
      for (const profile of [cpu?.profile, heap]) if (profile) await this.#maps.prepare(scriptsOf(profile))
      const space = heap && encodeHeapProfile(heap, this.#periodStart, this.#maps)
      const wall = cpu && encodeCpuProfile(cpu, this.#maps)
      this.#write(kind, { start, end: this.#periodStart, wall, space, heap: null, samples: [] })
    })
  }

  /**
   * Writes down what is alive. Where the heap is full in a moment, the main thread is kept at the next profile while
   * this one is being written: it comes to fill the heap in small steps only, and one of the last is on disk.
   */
  async #nearDeath(soon: boolean): Promise<void> {
    await this.#guarded(async () => {
      const until = performance.now() + MAX_HOLD_MS
      let look = await this.#takeHeap()
      if (soon || NearDeathMarks.isClose(look.sample.usedBytes / look.sample.limitBytes))
        await this.#endInlining(look.heap)
      for (;;) {
        const { sample, heap } = look
        const next = soon && performance.now() < until ? this.#takeHeap() : null
        // Where the writing fails first, nobody waits for it.
        next?.catch(() => {})
        await this.#writeNearDeath(
          sample,
          this.#lastInlined ? attributeInlined(heap, this.#lastInlined) : heap,
        )
        if (!next) return
        look = await next
        soon = look.sample.usedBytes > sample.usedBytes
      }
    })
  }

  /** Asked for at once, so that the figure is that of the profile. */
  async #takeHeap(): Promise<{ sample: HeapSample; heap: HeapProfile['profile'] }> {
    const usage = this.#options.heap.usedBytes()
    const taken = this.#options.heap.profile()
    taken.catch(() => {})
    const vitals = this.#options.vitals()
    const sample = { at: Date.now(), usedBytes: await usage, limitBytes: this.#options.heapLimitBytes }
    this.#course.add(sample)
    const { profile, pauseMs } = await taken
    if (Math.abs(sample.usedBytes - vitals.usedBytes) <= MAX_DRIFT * sample.usedBytes)
      this.#pause.record(pauseMs, vitals.smallObjectBytes)
    return { sample, heap: profile }
  }

  async #allowInlining(): Promise<void> {
    this.#lastInlined = null
    await this.#options.heap.allowInlining()
  }

  /** Near a death each function answers for its own allocations, also the ones that the optimiser had inlined. */
  async #endInlining(last: HeapProfile['profile']): Promise<void> {
    if (this.#lastInlined) return
    this.#lastInlined = last
    await this.#options.heap.endInlining()
  }

  async #writeNearDeath(sample: HeapSample, heap: HeapProfile['profile']): Promise<void> {
    await Promise.race([this.#maps.prepare(scriptsOf(heap)), sleep(HURRIED_MAPS_MS)])
    const space = encodeHeapProfile(heap, sample.at, this.#maps)
    const samples = this.#course.with(sample)
    const start = samples[0]?.at ?? sample.at
    const write = () => {
      const wall = this.#nearWall
      this.#write('near-death', { start, end: Date.now(), wall, space, heap: sample, samples })
    }
    // The heap first: there may be no time for more.
    write()
    if (await this.#cutNearCpu()) write()
  }

  /** Near a death. By what was told last: who is stuck since then has nobody waiting for an answer. */
  #predictedPause(): number {
    return this.#pause.predict(this.#options.vitals().smallObjectBytes)
  }

  /** Whether a regular heap profile is short enough for a main thread that has better things to do. */
  #mayPause(usedBytes: number): boolean {
    const vitals = this.#options.vitals()
    // What has come since then may be small objects, all of it.
    const bytes = vitals.smallObjectBytes + Math.max(0, usedBytes - vitals.usedBytes)
    const pauseMs = this.#pause.predict(bytes)
    if (pauseMs <= MAX_PAUSE_MS) return true
    if (!this.#saidLeftOut) {
      this.#saidLeftOut = true
      const message = `heap profiles are left out for now: one would stop the backend for about ${Math.round(pauseMs)} ms; near the heap's limit they are taken`
      this.#options.report({ type: 'warning', message })
    }
    return false
  }

  /** A heap that may be filling has its CPU recorded, so that a profile is at hand when it is full. */
  async #recordNearCpu(share: number): Promise<void> {
    await this.#guarded(async () => {
      if (share >= RECORD_CPU_AT) this.#nearCpu ??= await this.#options.recordCpu('near')
      else if (share < RECORD_CPU_AT - 0.1 && this.#nearCpu) {
        const recorder = this.#nearCpu
        this.#nearCpu = null
        this.#nearWall = null
        await recorder.end()
      }
    })
  }

  async #cutNearCpu(): Promise<boolean> {
    const recorder = this.#nearCpu
    if (!recorder || (this.#nearWall && recorder.openMicros < MIN_CPU_MICROS)) return false
    const cpu = await recorder.cut()
    if (cpu) this.#nearWall = encodeCpuProfile(cpu, this.#maps)
    return cpu !== null
  }

  async #writeStuck(cpu: CpuProfile): Promise<void> {
    await this.#maps.prepare(scriptsOf(cpu.profile))
    this.#write('unresponsive', {
      start: cpu.startMicros / 1_000,
      end: cpu.endMicros / 1_000,
      wall: encodeCpuProfile(cpu, this.#maps),
      space: null,
      heap: null,
      samples: [],
    })
  }

  #write(
    kind: ProfileSetKind,
    set: {
      start: number
      end: number
      wall: Buffer | null
      space: Buffer | null
      heap: HeapSample | null
      samples: HeapSample[]
    },
  ): void {
    const { start, end, wall, space, heap, samples } = set
    this.#options.files.write(
      {
        kind,
        start: new Date(start).toISOString(),
        end: new Date(end).toISOString(),
        heap: heap && { usedBytes: heap.usedBytes, limitBytes: heap.limitBytes },
        samples,
      },
      { wall, space },
    )
    this.#failing = false
    this.#options.report({ type: 'written' })
  }

  /** A disk that takes nothing, or an inspector that fails, is told of once, until a profile is written again. */
  async #guarded(take: () => Promise<void>): Promise<void> {
    try {
      await take()
    } catch (error) {
      if (this.#failing) return
      this.#failing = true
      const reason = error instanceof Error ? error.message : String(error)
      this.#options.report({
        type: 'warning',
        message: `a profile could not be taken: ${reason}; it is tried again`,
      })
    }
  }
}
