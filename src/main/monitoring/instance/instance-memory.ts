import os from 'node:os'
import { size } from '../../../common/output/units'
import { sessionOf } from '../../../common/process/proc'
import type { TreeReader } from '../../../common/process/process-tree'
import type { EngineMemory } from '../../../common/protocol/engine-memory'
import { BACKEND_MARKER } from '../../../common/protocol/messages'
import type { HeapSample } from '../../../common/protocol/profile-set'
import { withoutDetached } from '../../backend/detached'
import { withoutSpare } from '../../backend/without-spare'
import type { Log } from '../../logging/log'
import { findEngine, withEngineMemory } from '../../memory/engine-process'
import { type GpuMemory, GpuWatch } from '../../memory/gpu-memory'
import { type LatestMemory, MemoryWatch, type WatchSample } from '../../memory/memory-watch'
import { describeOomScore, type OomScoreResult, raiseOomScore } from '../../memory/oom-score'
import { FIRST_READING_MS, openTree, whileItLives } from '../../memory/open-tree'
import { MemoryTimeline } from '../../memory/timeline'

export interface InstanceMemoryOptions {
  readonly marker: string
  /** In bytes; `null` when off. */
  readonly memoryLimitBytes: number | null
  /** True if the backend runs Studio's engine: then the GPUs are watched too. */
  readonly hasEngine: boolean
  readonly log: Log
  /** Called when the memory is near the limit, in bytes. */
  readonly onPressure: (usedBytes: number, limitBytes: number) => void
  /** Called when it is above the limit, which has been told. */
  readonly onExceeded: () => void
}

interface HeapReading extends HeapSample {
  readonly externalBytes: number
}

/** The memory of one run of the backend, from its fork to its end: its processes, its heap, its GPUs. */
export class InstanceMemory {
  readonly timeline = new MemoryTimeline()
  readonly #options: InstanceMemoryOptions
  readonly #gpus: GpuWatch | null
  #tree: TreeReader | null = null
  #session: number | null = null
  #watch: MemoryWatch | null = null
  #oomScore: OomScoreResult | null = null
  #engine: EngineMemory | null = null
  #spare: number | null = null

  constructor(options: InstanceMemoryOptions) {
    this.#options = options
    const onReading = ({ usedBytes, totalBytes }: GpuMemory) =>
      this.timeline.add({ at: Date.now(), gpuUsedBytes: usedBytes, gpuTotalBytes: totalBytes })
    this.#gpus = options.hasEngine ? new GpuWatch({ onReading }) : null
  }

  /** The processes of the run; `null` before it has one. */
  get tree(): TreeReader | null {
    return this.#tree
  }

  /** Its processes but those that it left to live on by themselves; `null` before it has one. */
  get treeToEnd(): TreeReader | null {
    return this.#tree && withoutDetached(this.#tree, this.#session)
  }

  /** The engine's memory as its probe told it last; `null` for a backend without one, or where nothing has told it. */
  get engine(): EngineMemory | null {
    return this.#engine
  }

  /** The answer to the request that the kernel ends the backend before others, in words; `null` where it says nothing. */
  get oomScore(): string | null {
    return this.#oomScore && describeOomScore(this.#oomScore)
  }

  /** The current memory of the run; `null` before the first reading. */
  latest(): (LatestMemory & { readonly growth: number }) | null {
    const latest = this.#watch?.latest()
    return this.#watch && latest ? { ...latest, growth: this.#watch.growth } : null
  }

  /** The memory that the processes of the run hold, as last read or, of an engine, told; `null` before the first reading. */
  held(): LatestMemory | null {
    return withEngineMemory(this.#watch?.latest() ?? null, this.#engine)
  }

  /** Takes what the backend says of its heap. */
  heap({ at, usedBytes, limitBytes, externalBytes }: HeapReading): void {
    // The heap of an engine's runner says nothing of the engine.
    if (this.#options.hasEngine) return
    const figures = { at, heapUsedBytes: usedBytes, heapLimitBytes: limitBytes, externalBytes }
    if (this.#watch) this.#watch.heapSample(figures)
    else this.timeline.add(figures)
  }

  /** Takes what the engine's probe says. */
  engineTold(memory: EngineMemory): void {
    this.#engine = memory
    const held = this.held()
    if (held?.at === memory.at) this.timeline.add({ at: memory.at, treeRssBytes: held.treeRssBytes })
  }

  /** Takes which process is the engine's spare; `null` for none. */
  spare(pid: number | null): void {
    this.#spare = pid
  }

  /** Watches the processes below one. */
  watch(pid: number): void {
    const { marker, memoryLimitBytes: limitBytes, hasEngine, log, onExceeded } = this.#options
    this.#raiseOomScore(pid)
    this.#tree = withoutSpare(openTree(pid, `${BACKEND_MARKER}=${marker}`), () => this.#spare)
    this.#session = sessionOf(pid)
    this.#watch = new MemoryWatch({
      tree: whileItLives(this.#tree, pid),
      limitBytes,
      timeline: this.timeline,
      firstAfterMs: FIRST_READING_MS,
      systemUsed: () => os.totalmem() - os.freemem(),
      ...(hasEngine && {
        lives: (processes) => findEngine(processes, this.#engine?.pid ?? null) !== null,
      }),
      log,
      onPressure: (sample) => this.#onPressure(sample),
      onExceeded: ({ countedBytes }) => {
        log.error(
          `memory limit exceeded (${size(countedBytes)} of ${size(limitBytes ?? 0)}): stopping the backend`,
        )
        onExceeded()
      },
      onGrowth: ({ bytesPerSecond, reachesLimitInMs }) => {
        const when =
          reachesLimitInMs === null ? '' : `: at its limit in ${Math.round(reachesLimitInMs / 60_000)} min`
        log.warn(`the backend's memory grows steadily, by ${size(bytesPerSecond * 60)} a minute${when}`)
      },
    })
  }

  /** Reads its processes no more: a tree that is being ended tells nothing. */
  stopWatching(): void {
    this.#watch?.stop()
  }

  /** Reads nothing any more. */
  stop(): void {
    this.stopWatching()
    this.#gpus?.stop()
  }

  #raiseOomScore(pid: number): void {
    this.#oomScore = raiseOomScore(pid)
    const words = describeOomScore(this.#oomScore)
    if (words === null) return
    if (this.#oomScore.outcome === 'refused') this.#options.log.warn(words)
    else this.#options.log.debug(words)
  }

  #onPressure({ countedBytes }: WatchSample): void {
    const { memoryLimitBytes, log, onPressure } = this.#options
    if (memoryLimitBytes === null) return
    log.warn(`memory is short: the backend uses ${size(countedBytes)} of ${size(memoryLimitBytes)}`)
    onPressure(countedBytes, memoryLimitBytes)
  }
}
