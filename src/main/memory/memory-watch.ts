import { once } from '../../common/output/once'
import type { ProcessRow, ProcessTree, TreeReader } from '../../common/process/process-tree'
import type { Log } from '../logging/log'
import { type Growth, GrowthDetector } from './growth'
import { MemoryGuard } from './guard'
import { TREE_INTERVAL_MS } from './open-tree'
import { countSharedOnce } from './proportional-set-size'
import { type MemoryReading, MemoryTimeline } from './timeline'

/** Interval of the readings near the limit, in milliseconds; not where a reading starts a process. */
const NEAR_INTERVAL_MS = Math.max(250, TREE_INTERVAL_MS / 4)
/** Delay of the second reading that a decision needs, in milliseconds. */
const AGAIN_MS = 100
/** Time for which the proportional set size is reused while it is far from the limit, in milliseconds. */
const COUNTED_KEPT_MS = 5_000

/** The tree at one moment, compared with the limit. */
export interface WatchSample {
  /** Wall clock, milliseconds since the epoch. */
  readonly at: number
  readonly treeRssBytes: number
  /**
   * The memory that the limit applies to: the sum with shared pages counted once, if that had to be known.
   */
  readonly countedBytes: number
  /** The processes, the backend first if it lives. */
  readonly processes: readonly ProcessRow[]
}

/** The latest known memory of the backend, in bytes; `null` where unknown. */
export interface LatestMemory {
  /** The time of the newest figure: wall clock, milliseconds since the epoch. */
  readonly at: number
  /** The time of the last reading of the processes; 0 before the first. */
  readonly readAt: number
  readonly treeRssBytes: number | null
  readonly heapUsedBytes: number | null
  readonly heapLimitBytes: number | null
  readonly externalBytes: number | null
  readonly processes: readonly ProcessRow[]
}

/** The backend's own figures. */
export interface HeapSample {
  /** Wall clock, milliseconds since the epoch. */
  readonly at: number
  readonly heapUsedBytes: number
  readonly heapLimitBytes: number
  readonly externalBytes: number
}

export interface MemoryWatchOptions {
  readonly tree: TreeReader
  /** The heap limit; `null` for none. */
  readonly limitBytes: number | null
  /** Called at 85 % of the limit; again after it fell below 75 %. */
  readonly onPressure: (sample: WatchSample) => void
  readonly onExceeded: (sample: WatchSample) => void
  readonly onGrowth: (growth: Growth) => void
  /** Tells whether the watched one is among these processes and lives: a reading of a dying tree is not kept. */
  readonly lives?: (processes: readonly ProcessRow[]) => boolean
  readonly log: Pick<Log, 'warn'>
  readonly timeline?: MemoryTimeline
  readonly clock?: WatchClock
  /** Delay of the first reading, in milliseconds; none by default. */
  readonly firstAfterMs?: number
  readonly countShared?: (tree: ProcessTree) => Promise<number>
  /** Returns the memory used on the whole machine, in bytes. */
  readonly systemUsed?: () => number
}

export interface WatchClock {
  /** Wall clock, milliseconds since the epoch. */
  wall(): number
  /** Monotonic clock, in milliseconds. */
  monotonic(): number
  /** Calls once after `ms` milliseconds; returns a function that cancels it. Does not keep the app alive. */
  after(ms: number, call: () => void): () => void
}

const SYSTEM_CLOCK: WatchClock = {
  wall: Date.now,
  monotonic: () => performance.now(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms).unref()
    return () => clearTimeout(timer)
  },
}

/**
 * Watches the memory of one run of the backend. Never throws; one reading at a time; silent once the process
 * is gone.
 */
export class MemoryWatch {
  readonly timeline: MemoryTimeline
  readonly #options: MemoryWatchOptions
  readonly #clock: WatchClock
  readonly #guard: MemoryGuard
  readonly #growth: GrowthDetector
  readonly #countShared: (tree: ProcessTree) => Promise<number>
  #cancel: () => void = () => {}
  #isStopped = false
  #latest: LatestMemory | null = null
  #counted: { bytes: number; rssBytes: number; at: number } | null = null
  readonly #warnOnce: (line: string) => void

  constructor(options: MemoryWatchOptions) {
    this.#options = options
    this.#warnOnce = once((line) => options.log.warn(line))
    this.timeline = options.timeline ?? new MemoryTimeline()
    this.#clock = options.clock ?? SYSTEM_CLOCK
    this.#guard = new MemoryGuard(options.limitBytes)
    this.#growth = new GrowthDetector(options.limitBytes)
    this.#countShared = options.countShared ?? countSharedOnce
    this.#next(options.firstAfterMs ?? 0)
  }

  /** The latest memory; `null` before the first reading. */
  latest(): LatestMemory | null {
    return this.#latest
  }

  /** Steady growth, in bytes per second; 0 while there is none. */
  get growth(): number {
    return this.#growth.bytesPerSecond
  }

  /** Takes the backend's own figures. */
  heapSample(sample: HeapSample): void {
    this.#keep(sample)
  }

  stop(): void {
    this.#isStopped = true
    this.#cancel()
  }

  #next(ms: number): void {
    if (this.#isStopped) return
    this.#cancel = this.#clock.after(ms, () => {
      this.#read()
        .catch((error: unknown) => this.#warnOnce(`the backend's memory cannot be watched: ${error}`))
        .then((waitMs) => this.#next(waitMs ?? TREE_INTERVAL_MS))
    })
  }

  /**
   * Takes a reading.
   * @returns the delay until the next, in milliseconds
   */
  async #read(): Promise<number> {
    const tree = await this.#options.tree.read()
    if (this.#isStopped) return TREE_INTERVAL_MS
    if (!tree) this.#warnOnce("the backend's memory cannot be read: its limit is not enforced")
    if (!tree || tree.processes.length === 0) return TREE_INTERVAL_MS
    const { rssBytes: treeRssBytes, processes } = tree
    const at = this.#clock.wall()
    const systemUsedBytes = this.#options.systemUsed?.() ?? null
    if (this.#options.lives?.(processes) ?? true) this.#keep({ at, treeRssBytes, systemUsedBytes }, processes)
    const countedBytes = await this.#count(tree)
    if (this.#isStopped) return TREE_INTERVAL_MS
    return this.#judge({ at, treeRssBytes, countedBytes, processes })
  }

  #judge(sample: WatchSample): number {
    const { onPressure, onExceeded, onGrowth } = this.#options
    const growth = this.#growth.add(this.#clock.monotonic(), sample.treeRssBytes)
    const { pressure, exceeded, again } = this.#guard.check(sample.countedBytes)
    // The limit comes first: the reaction to pressure takes time.
    if (exceeded) this.#call(() => onExceeded(sample))
    if (pressure) this.#call(() => onPressure(sample))
    if (growth) this.#call(() => onGrowth(growth))
    if (again) return AGAIN_MS
    return this.#guard.isNear(sample.countedBytes) ? NEAR_INTERVAL_MS : TREE_INTERVAL_MS
  }

  /**
   * The memory with shared pages counted once. The plain sum is never too low: only near the limit is the
   * closer look worth its time.
   */
  async #count(tree: ProcessTree): Promise<number> {
    if (!this.#guard.isNear(tree.rssBytes)) return tree.rssBytes
    const now = this.#clock.monotonic()
    const known = this.#counted
    if (known && now - known.at < COUNTED_KEPT_MS) {
      const atMost = known.bytes + Math.max(0, tree.rssBytes - known.rssBytes)
      if (!this.#guard.isNear(atMost)) return atMost
    }
    const bytes = await this.#countShared(tree)
    this.#counted = { bytes, rssBytes: tree.rssBytes, at: now }
    return bytes
  }

  #keep(reading: MemoryReading, processes: readonly ProcessRow[] | null = null): void {
    this.timeline.add(reading)
    const before = this.#latest
    this.#latest = {
      at: reading.at,
      readAt: processes ? reading.at : (before?.readAt ?? 0),
      treeRssBytes: reading.treeRssBytes ?? before?.treeRssBytes ?? null,
      heapUsedBytes: reading.heapUsedBytes ?? before?.heapUsedBytes ?? null,
      heapLimitBytes: reading.heapLimitBytes ?? before?.heapLimitBytes ?? null,
      externalBytes: reading.externalBytes ?? before?.externalBytes ?? null,
      processes: processes ?? before?.processes ?? [],
    }
  }

  /** Calls a listener, which must not prevent the next reading. */
  #call(listener: () => void): void {
    try {
      listener()
    } catch (error) {
      this.#warnOnce(`what follows from the backend's memory failed: ${error}`)
    }
  }
}
