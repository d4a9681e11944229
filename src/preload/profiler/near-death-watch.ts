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

/** Near a death source maps get this long, in milliseconds: a profile without them is better than none. */
const HURRIED_MAPS_MS = 40
/** A main thread is not followed so closely for longer than this, dying or not. In milliseconds. */
const MAX_RECORD_MS = 5_000
/** ... and not kept for longer than this while a profile is written. In milliseconds. */
const MAX_HOLD_MS = 1_000
/** What was near is not any more. */
const NOT_NEAR = 0.55
/** ... and will not be in a moment: what was written of it tells of no death to come. In milliseconds. */
const RECOVERED_MS = 30_000
/** A heap that has not grown for so long is not full in a moment. In milliseconds. */
const STANDS_STILL_MS = 300

export interface NearDeathOptions {
  readonly takes: HeapProfiling
  readonly heap: Pick<HeapSampler, 'endInlining' | 'allowInlining' | 'profile'>
  readonly cpu: NearLimitCpu
  readonly hold: Pick<MainThreadPause, 'begin' | 'end'>
  readonly maps: SourceMaps
  readonly writer: SetWriter
  readonly heapLimitBytes: number
  /** Of the process tree; `null` when off. */
  readonly memoryLimitBytes: number | null
  /** Monotonic, in milliseconds. */
  readonly now: () => number
}

/** Keeps a profile from shortly before a death, should it come to one. One look after another, at whatever it is. */
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

  /** Looks at the heap; near its end a profile is on disk when this resolves. @returns the bytes in use */
  async look(): Promise<number> {
    const { takes, cpu, writer } = this.#options
    await writer.guarded(async () => {
      const sample = await takes.look()
      this.#usedBytes = sample.usedBytes
      const before = takes.course.before(sample)
      takes.course.add(sample)
      const share = this.#share(sample.usedBytes)
      const soon = fillsSoon(before, sample) && this.#alarms.isBelieved(this.#options.now())
      // Writing it down may fail, and what is nearer to a death is tried all the same.
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

  /** The limit of the whole tree may be near while the heap is far from its own. */
  async lookAtTree(rssBytes: number): Promise<void> {
    const { memoryLimitBytes, takes, writer } = this.#options
    if (memoryLimitBytes === null) return
    this.#treeShare = rssBytes / memoryLimitBytes
    if (this.#treeMarks.due(this.#treeShare, takes.nearPauseMs(this.#usedBytes)))
      await writer.guarded(() => this.#record(false, false))
  }

  /**
   * Writes down what is alive. Where the heap is full in a moment, the main thread is kept right behind each profile
   * until that is written, and then fills the heap up to the next only: one of the last is on disk.
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

  /** Where the main thread is kept all is asked for at once: let go in between it could die. */
  #take(holds: boolean, endsInlining: boolean): [Promise<HeapTake>, Promise<boolean> | null] {
    const { takes, cpu, hold } = this.#options
    const asked = takes.take()
    if (endsInlining) this.#inlining.open(asked.then(({ heap }) => heap)).catch(() => {})
    if (!holds) return [asked, null]
    const cut = cpu.cut()
    // Where the writing fails first, nobody waits for it.
    cut.catch(() => {})
    hold.begin(MAX_HOLD_MS)
    return [asked, cut]
  }

  /** Whether the heap has filled enough for the next profile; `false` once it stands still. */
  async #fills({ sample, liveBytes }: HeapTake, until: number): Promise<boolean> {
    const { takes, heapLimitBytes } = this.#options
    const close = CLOSE * heapLimitBytes
    const next = liveBytes + stepFor(takes.nearPauseMs(sample.usedBytes)) * heapLimitBytes
    const enough = liveBytes < close ? Math.min(next, close) : next
    const end = Math.min(until, this.#options.now() + STANDS_STILL_MS)
    // No sleep in between: the main thread would fill what is left meanwhile.
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
