import { setTimeout as sleep } from 'node:timers/promises'
import type { HeapSampler } from './heap-sampler'
import type { HeapTake, HeapTakes } from './heap-takes'
import { InliningWindow } from './inlining-window'
import type { NearCpu } from './near-cpu'
import { Alarms, CLOSE, fillsSoon, GREAT_PAUSE_MS, NearDeathMarks, stepFor } from './near-death'
import { encodeHeapProfile, scriptsOf } from './pprof'
import type { SetWriter } from './set-writer'
import type { SourceMaps } from './source-maps'

/** Near a death source maps get this long, in milliseconds: a profile without them is better than none. */
const HURRIED_MAPS_MS = 40
/** A main thread is not held up for longer than this, dying or not. In milliseconds. */
const MAX_HOLD_MS = 5_000
/** What was near is not any more. */
const NOT_NEAR = 0.55
/** A heap that has not grown for so long is not full in a moment. In milliseconds. */
const STANDS_STILL_MS = 300

export interface NearDeathOptions {
  readonly takes: HeapTakes
  readonly heap: Pick<HeapSampler, 'endInlining' | 'allowInlining' | 'profile'>
  readonly cpu: NearCpu
  readonly maps: SourceMaps
  readonly writer: SetWriter
  readonly heapLimitBytes: number
  /** Of the process tree; `null` when off. */
  readonly memoryLimitBytes: number | null
}

/** Keeps a profile from shortly before a death, should it come to one. */
export class NearDeathWatch {
  readonly #options: NearDeathOptions
  readonly #heapMarks = new NearDeathMarks()
  readonly #treeMarks = new NearDeathMarks()
  readonly #alarms = new Alarms()
  readonly #inlining: InliningWindow
  #usedBytes = 0

  constructor(options: NearDeathOptions) {
    this.#options = options
    this.#inlining = new InliningWindow(options.heap, () => performance.now())
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
      const soon = fillsSoon(before, sample) && this.#alarms.isBelieved(performance.now())
      // Writing it down may fail, and what is nearer to a death is tried all the same.
      await writer.guarded(() => cpu.follow(share))
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
    if (this.#treeMarks.due(rssBytes / memoryLimitBytes, takes.nearPauseMs(this.#usedBytes)))
      await writer.guarded(() => this.#record(false, false))
  }

  /**
   * Writes down what is alive. Where the heap is full in a moment, the main thread is kept at the next profile while
   * this one is being written: it comes to fill the heap in small steps only, and one of the last is on disk. A heap
   * so large that a profile takes long does not need that: it fills little while one is written.
   */
  async #record(soon: boolean, close: boolean): Promise<void> {
    const { takes, cpu } = this.#options
    const until = performance.now() + MAX_HOLD_MS
    const asked = takes.take()
    if (soon || close) this.#inlining.open(asked.then(({ heap }) => heap)).catch(() => {})
    let taken: HeapTake | null = await asked
    const isFalse = soon && this.#alarms.wasFalse(this.#share(taken.liveBytes), performance.now())
    if (isFalse && !close) await this.#inlining.reset()
    while (taken) {
      this.#heapMarks.took(this.#share(taken.sample.usedBytes))
      const isGreat = takes.nearPauseMs(taken.sample.usedBytes) > GREAT_PAUSE_MS
      if (!soon || isFalse || isGreat || performance.now() > until) {
        await this.#write(taken)
        if (await cpu.cut()) await this.#write(taken)
        return
      }
      const cut = cpu.cut()
      const next = takes.take()
      // Where the writing fails first, nobody waits for them.
      for (const answer of [cut, next]) answer.catch(() => {})
      await this.#write(taken)
      if (await cut) await this.#write(taken)
      taken = await this.#whenGrown(taken, await next, until)
    }
  }

  /** The next profile that is worth being written; `null` when the heap fills no more. */
  async #whenGrown(last: HeapTake, newest: HeapTake, until: number): Promise<HeapTake | null> {
    const { takes, heapLimitBytes } = this.#options
    const step = stepFor(takes.nearPauseMs(newest.sample.usedBytes)) * heapLimitBytes
    if (newest.sample.usedBytes >= last.sample.usedBytes + step) return newest
    const close = CLOSE * heapLimitBytes
    const next = newest.liveBytes + step
    const enough = newest.liveBytes < close ? Math.min(next, close) : next
    const end = Math.min(until, performance.now() + STANDS_STILL_MS)
    // No sleep in between: the main thread would fill what is left meanwhile.
    while (performance.now() < end) if ((await takes.look()).usedBytes >= enough) return takes.take()
    return null
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

  #share(bytes: number): number {
    return bytes / this.#options.heapLimitBytes
  }
}
