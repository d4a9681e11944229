import type { PackImport } from '../../../common/engine/pack-import'
import type { EngineUsage } from '../../../common/protocol/engine-costs'
import type { BackendMessage } from '../../../common/protocol/messages'
import type { Metrics } from './metrics'
import { PackTags } from './pack-tags'
import type { BoundedValue } from './registry'

type Extremes = NonNullable<EngineUsage['jobs']>

/** Metrics of Studio's Python engine: what its packs cost to import, and the memory that jobs and nodes take. */
export class EngineMetrics {
  readonly #packs = new PackTags()
  #jobs: Extremes | null = null
  readonly #nodes = new Map<BoundedValue, Extremes>()
  #gpu: EngineUsage['gpu'] = null

  constructor(private readonly metrics: Metrics) {}

  /** Handles a message of the engine's costs; other messages are ignored. */
  message(message: BackendMessage): void {
    if (message.type === 'engine-packs') this.#sendPacks(message.packs)
    if (message.type === 'engine-usage') this.#add(message)
  }

  /** Sends the largest since it last did; nothing where no job has run. */
  send(): void {
    const { metrics } = this
    if (this.#jobs) {
      const { peakBytes, growthBytes } = this.#jobs
      if (peakBytes !== null) metrics.gauge('studio.engine.jobs.memory_peak', peakBytes)
      if (growthBytes !== null) metrics.gauge('studio.engine.jobs.memory_growth', growthBytes)
    }
    for (const [pack, { peakBytes, growthBytes }] of this.#nodes) {
      if (peakBytes !== null) metrics.gauge('studio.engine.nodes.memory_peak', peakBytes, { pack })
      if (growthBytes !== null) metrics.gauge('studio.engine.nodes.memory_growth', growthBytes, { pack })
    }
    if (this.#gpu) {
      metrics.gauge('studio.engine.gpu.allocated', this.#gpu.allocatedBytes)
      metrics.gauge('studio.engine.gpu.reserved', this.#gpu.reservedBytes)
      metrics.gauge('studio.engine.gpu.peak', this.#gpu.peakBytes)
    }
    this.#jobs = this.#gpu = null
    this.#nodes.clear()
  }

  /** @param packs the slowest first: they are the ones that keep their names */
  #sendPacks(packs: readonly PackImport[]): void {
    const sums = new Map<BoundedValue, { ms: number; bytes: number | null }>()
    for (const { pack, ms, bytes } of packs) {
      const tag = this.#packs.of(pack)
      const sum = sums.get(tag) ?? { ms: 0, bytes: null }
      sums.set(tag, {
        ms: sum.ms + ms,
        bytes: bytes === null ? sum.bytes : (sum.bytes ?? 0) + bytes,
      })
    }
    for (const [pack, { ms, bytes }] of sums) {
      this.metrics.gauge('studio.engine.packs.import_time', ms / 1_000, { pack })
      if (bytes !== null) this.metrics.gauge('studio.engine.packs.import_memory', bytes, { pack })
    }
  }

  #add({ jobs, nodes, gpu }: EngineUsage): void {
    if (jobs) this.#jobs = larger(this.#jobs, jobs)
    for (const { pack, ...extremes } of nodes) {
      const tag = this.#packs.of(pack)
      this.#nodes.set(tag, larger(this.#nodes.get(tag) ?? null, extremes))
    }
    this.#gpu = gpu ?? this.#gpu
  }
}

function larger(one: Extremes | null, other: Extremes): Extremes {
  return {
    peakBytes: largest(one?.peakBytes ?? null, other.peakBytes),
    growthBytes: largest(one?.growthBytes ?? null, other.growthBytes),
  }
}

function largest(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other)
}
