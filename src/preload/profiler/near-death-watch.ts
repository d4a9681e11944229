import { setTimeout as sleep } from 'node:timers/promises'
import type { HeapProfiling, HeapTake } from './heap-profiling'
import type { HeapSampler } from './heap-sampler'
import { InliningWindow } from './inlining-window'
import type { MainThreadPause } from './main-thread-pause'
import { CLOSE, FalseAlarmFilter, fillsSoon, fullInMs, NearDeathMarks, stepFor } from './near-death'
import type { NearLimitCpu } from './near-limit-cpu'
import { encodeHeapProfile, scriptsOf } from './pprof'
import type { SetWriter } from './set-writer'
import type { SourceMaps } from './source-maps'

/** Time for source maps near a death, in milliseconds: a profile without them is better than none. */
const HURRIED_MAPS_MS = 40
/** Longest time that a main thread is watched this closely, in milliseconds, dying or not. */
const MAX_RECORD_MS = 5_000
/** Longest pause of the main thread while a profile is written, in milliseconds. */
const MAX_HOLD_MS = 1_000
/** Share below which the heap is no longer near its limit. */
const NOT_NEAR = 0.55
/** Time without nearness, in milliseconds, after which a written profile no longer announces a death. */
const RECOVERED_MS = 30_000
/** Time without growth, in milliseconds, after which a heap does not fill soon. */
const STANDS_STILL_MS = 300

export interface NearDeathOptions {
  readonly takes: HeapProfiling
  readonly heap: Pick<HeapSampler, 'endInlining' | 'allowInlining' | 'profile'>
  readonly cpu: NearLimitCpu
  readonly hold: Pick<MainThreadPause, 'begin' | 'end'>
  readonly maps: SourceMaps
  readonly writer: SetWriter
  readonly heapLimitBytes: number
  /** The limit of the process tree; `null` when off. */
  readonly memoryLimitBytes: number | null
  /** A monotonic clock, in milliseconds. */
  readonly now: () => number
}

/** Keeps a profile from shortly before a death, should it come to one. Its readings do not overlap. */
export class NearDeathWatch {
  readonly #options: NearDeathOptions
  readonly #heapMarks = new NearDeathMarks()
  readonly #treeMarks = new NearDeathMarks()
  readonly #alarms = new FalseAlarmFilter()
  readonly #inlining: InliningWindow
  #usedBytes = 0
  #treeShare = 0
  #nearAt = 0

  constructor(options: NearDeathOptions) {
    this.#options = options
    this.#inlining = new InliningWindow(options.heap, options.now)
  }

  /**
   * Reads the heap; near its limit a profile is on disk when this resolves.
   * @returns the bytes in use
   */
  async look(): Promise<number> {
    const { takes, cpu, writer } = this.#options
    await writer.guarded(async () => {
      const sample = await takes.look()
      this.#usedBytes = sample.usedBytes
      const before = takes.course.before(sample)
      takes.course.add(sample)
      const share = this.#share(sample.usedBytes)
      const soon = fillsSoon(before, sample) && this.#alarms.isBelieved(this.#options.now())
      // Writing may fail; a profile nearer to the death is tried all the same.
      const nearest = Math.max(share, this.#treeShare)
      const full = fullInMs(sample.usedBytes, sample.limitBytes)
      await writer.guarded(() => cpu.follow({ share: nearest, fullInMs: full }))
      this.#forgetRecovered(nearest >= NOT_NEAR || soon)
      if (share < NOT_NEAR && !soon) await this.#inlining.reset()
      await this.#inlining.look()
      const pauseMs = takes.nearPauseMs(sample.usedBytes)
      if (this.#heapMarks.due(share, pauseMs, soon)) await this.#record(soon, share >= CLOSE)
    })
    return this.#usedBytes
  }

  /** Handles a reading of the whole tree, whose limit may be near while the heap is far from its own. */
  async lookAtTree(rssBytes: number): Promise<void> {
    const { memoryLimitBytes, takes, writer } = this.#options
    if (memoryLimitBytes === null) return
    this.#treeShare = rssBytes / memoryLimitBytes
    if (this.#treeMarks.due(this.#treeShare, takes.nearPauseMs(this.#usedBytes)))
      await writer.guarded(() => this.#record(false, false))
  }

  /**
   * Writes a profile of what is live. If the heap is about to be full, the main thread is paused after each
   * profile until it is written, and then fills the heap only up to the next: one of the last is on disk.
   */
  async #record(soon: boolean, close: boolean): Promise<void> {
    const { cpu, hold } = this.#options
    const until = this.#options.now() + MAX_RECORD_MS
    try {
      for (let isFirst = true; ; isFirst = false) {
        const [asked, cut] = this.#take(soon, isFirst && (soon || close))
        const taken = await asked
        const isFalse =
          isFirst && soon && this.#alarms.wasFalse(this.#share(taken.liveBytes), this.#options.now())
        if (isFalse) hold.end()
        if (isFalse && !close) await this.#inlining.reset()
        this.#heapMarks.took(this.#share(taken.sample.usedBytes))
        await this.#write(taken)
        if (await (cut ?? cpu.cut())) await this.#write(taken)
        hold.end()
        if (!soon || isFalse || !(await this.#fills(taken, until))) return
      }
    } finally {
      hold.end()
    }
  }

  /**
   * Takes a profile. If the main thread is paused, all is requested at once: resumed in between, it could
   * die.
   */
  #take(holds: boolean, endsInlining: boolean): [Promise<HeapTake>, Promise<boolean> | null] {
    const { takes, cpu, hold } = this.#options
    const asked = takes.take()
    if (endsInlining) this.#inlining.open(asked.then(({ heap }) => heap)).catch(() => {})
    if (!holds) return [asked, null]
    const cut = cpu.cut()
    // If the writing fails first, nobody awaits this.
    cut.catch(() => {})
    hold.begin(MAX_HOLD_MS)
    return [asked, cut]
  }

  /** True if the heap has filled enough for the next profile; `false` once it stops growing. */
  async #fills({ sample, liveBytes }: HeapTake, until: number): Promise<boolean> {
    const { takes, heapLimitBytes } = this.#options
    const close = CLOSE * heapLimitBytes
    const next = liveBytes + stepFor(takes.nearPauseMs(sample.usedBytes)) * heapLimitBytes
    const enough = liveBytes < close ? Math.min(next, close) : next
    const end = Math.min(until, this.#options.now() + STANDS_STILL_MS)
    // No sleep in between: the main thread would fill the rest meanwhile.
    while (this.#options.now() < end) if ((await takes.look()).usedBytes >= enough) return true
    return false
  }

  async #write({ sample, heap }: HeapTake): Promise<void> {
    const { takes, maps, writer, cpu } = this.#options
    const profile = this.#inlining.correct(heap)
    await Promise.race([maps.prepare(scriptsOf(profile)), sleep(HURRIED_MAPS_MS)])
    const space = encodeHeapProfile(profile, sample.at, maps)
    const samples = takes.course.with(sample)
    const start = samples[0]?.at ?? sample.at
    writer.write('near-death', { start, end: Date.now(), wall: cpu.profile, space, heap: sample, samples })
  }

  #forgetRecovered(isNear: boolean): void {
    const now = this.#options.now()
    if (isNear) this.#nearAt = now
    else if (now - this.#nearAt >= RECOVERED_MS) this.#options.writer.forgetNearDeath()
  }

  #share(bytes: number): number {
    return bytes / this.#options.heapLimitBytes
  }
}
