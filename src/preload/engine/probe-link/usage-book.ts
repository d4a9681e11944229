import { type EngineUsage, MAX_PACKS } from '../../../common/protocol/engine-costs'
import type { ProbeGpu } from './memory-messages'
import type { ProbeMessage, ProbeMessageOf } from './messages'

interface Extremes {
  readonly peakBytes: number | null
  readonly growthBytes: number | null
}

/** Nodes that have begun and not ended, of which the pack is known. */
const MAX_OPEN = 10_000

/**
 * The largest that jobs and nodes took since it was last asked: nodes end by the thousand, and a metric has a point in ten
 * seconds. Pure.
 */
export class UsageBook {
  readonly #packs = new Map<string, string | null>()
  #jobs: Extremes | null = null
  #nodes = new Map<string | null, Extremes>()
  #gpu: EngineUsage['gpu'] = null

  /** @returns whether anything is known now that was not */
  hear(message: ProbeMessage): boolean {
    switch (message.type) {
      case 'hello':
        this.#packs.clear()
        return false
      case 'node':
        if (this.#packs.size < MAX_OPEN) this.#packs.set(keyOf(message), message.pack)
        return false
      case 'node-end':
        return this.#endNode(message)
      case 'ended':
        this.#packs.clear()
        return this.#addJob(message)
      // Of a job that runs: one that dies says no more.
      case 'growth':
        return this.#addJob(message)
      case 'left':
      case 'beat':
        return this.#hold(message.gpu)
      default:
        return false
    }
  }

  /** Returns what was gathered, and forgets it; `null` for nothing. */
  take(): EngineUsage | null {
    const nodes = [...this.#nodes].map(([pack, extremes]) => ({ pack, ...extremes }))
    const usage: EngineUsage = { jobs: this.#jobs, nodes: nodes.slice(0, MAX_PACKS), gpu: this.#gpu }
    this.#jobs = this.#gpu = null
    this.#nodes = new Map()
    return usage.jobs === null && usage.gpu === null && usage.nodes.length === 0 ? null : usage
  }

  #addJob(message: ProbeMessageOf<'ended' | 'growth'>): boolean {
    this.#jobs = larger(this.#jobs, message)
    this.#hold(message.gpu)
    return true
  }

  #endNode(message: ProbeMessageOf<'node-end'>): boolean {
    const key = keyOf(message)
    const pack = this.#packs.get(key)
    this.#packs.delete(key)
    // One whose beginning nobody heard is of a pack that nobody knows; one that was cached did nothing.
    if (pack === undefined || message.cached === true) return this.#hold(message.gpu)
    this.#nodes.set(pack, larger(this.#nodes.get(pack) ?? null, message))
    this.#hold(message.gpu)
    return true
  }

  #hold(gpu: ProbeGpu): boolean {
    if (gpu === null) return false
    this.#gpu = {
      allocatedBytes: Math.max(0, gpu.allocated),
      reservedBytes: Math.max(0, gpu.reserved),
      peakBytes: Math.max(0, gpu.peak),
    }
    return true
  }
}

function keyOf({ job, id }: { readonly job: number | null; readonly id: string }): string {
  return `${job} ${id}`
}

function larger(
  known: Extremes | null,
  { peak, growth }: { readonly peak: number | null; readonly growth: number | null },
): Extremes {
  return {
    peakBytes: largest(known?.peakBytes ?? null, peak === null ? null : Math.max(0, peak)),
    growthBytes: largest(known?.growthBytes ?? null, growth),
  }
}

function largest(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other)
}
