import type { EngineNode } from '../../../common/engine/engine-node'
import { type EngineMemory, type EnginePlace, MAX_PLACES } from '../../../common/protocol/engine-memory'
import type { ProbeGpu, ProbePlace } from './memory-messages'
import type { ProbeMessage, ProbeMessageOf } from './messages'

interface RunningJob {
  readonly key: number
  readonly id: string
  /** The resident set when it began. */
  readonly before: number | null
  readonly growth: number
  readonly peak: number
  readonly rise: number
  readonly top: readonly EnginePlace[]
}

/**
 * Who took the engine's memory, over all its jobs: the places of the job that runs, and what ended jobs have left, which
 * is divided among their places. Pure.
 */
export class MemoryBook {
  #pid: number | null = null
  #resident: number | null = null
  #gpu: ProbeGpu = null
  #job: RunningJob | null = null
  /** One that has ended, until it is known what it left. */
  #ended: RunningJob | null = null
  #node: EngineNode | null = null
  #kept = new Map<string, EnginePlace>()
  #at = 0

  /** @returns whether anything is known now that was not */
  hear(message: ProbeMessage): boolean {
    if (this.#pid === null && message.type !== 'hello') return false
    switch (message.type) {
      case 'hello':
        this.#begin(message)
        break
      case 'started':
        this.#start(message)
        break
      case 'node':
        if (message.job === this.#job?.key) this.#node = nodeOf(message.id, message.class, message.pack)
        break
      case 'node-end':
        if (message.id === this.#node?.id) this.#node = null
        break
      case 'growth':
        if (message.job === this.#job?.key) this.#job = grown(this.#job, message)
        this.#hold(message.resident, message.gpu)
        break
      case 'ended':
        if (message.job === this.#job?.key) this.#end(this.#job, message)
        break
      case 'left':
        this.#leave(message)
        break
      case 'asks':
        this.#hold(message.resident, message.gpu)
        break
      default:
        return false
    }
    if ('at' in message) this.#at = message.at
    return true
  }

  /** The memory as far as it is known; `null` before the engine has said anything. */
  snapshot(): EngineMemory | null {
    if (this.#pid === null) return null
    const job = this.#job
    return {
      at: this.#at,
      pid: this.#pid,
      residentBytes: this.#resident,
      gpu: this.#gpu && {
        allocatedBytes: Math.max(0, this.#gpu.allocated),
        reservedBytes: Math.max(0, this.#gpu.reserved),
        peakBytes: Math.max(0, this.#gpu.peak),
      },
      job: job && {
        id: job.id,
        peakBytes: Math.max(0, job.peak),
        growthBytes: job.growth,
        riseBytes: Math.max(0, job.rise),
      },
      node: this.#node,
      places: this.#places(),
    }
  }

  #begin({ pid }: ProbeMessageOf<'hello'>): void {
    this.#pid = pid
    this.#resident = this.#gpu = this.#job = this.#ended = this.#node = null
    this.#kept = new Map()
  }

  #start({ job: key, id, resident, gpu }: ProbeMessageOf<'started'>): void {
    // What came and went while nothing ran is nobody's.
    if (resident !== null && this.#resident !== null) this.#release(this.#resident - resident)
    this.#ended = null
    this.#hold(resident, gpu)
    this.#job = { key, id, before: resident, growth: 0, peak: resident ?? 0, rise: 0, top: [] }
    this.#node = null
  }

  #end(job: RunningJob, message: ProbeMessageOf<'ended'>): void {
    this.#ended = grown(job, message)
    const { before, growth } = this.#ended
    this.#hold(before === null ? null : before + growth, message.gpu)
    this.#job = this.#node = null
  }

  #leave({ job: key, resident, gpu }: ProbeMessageOf<'left'>): void {
    const ended = this.#ended
    if (ended?.key === key && ended.before !== null && resident !== null) {
      const left = resident - ended.before
      if (left > 0) this.#keep(ended.top, left)
      else this.#release(-left)
      this.#ended = null
    }
    this.#hold(resident, gpu)
  }

  #hold(resident: number | null, gpu: ProbeGpu): void {
    if (resident !== null) this.#resident = Math.max(0, resident)
    this.#gpu = gpu ?? this.#gpu
  }

  /** Divides what a job left among the places where it took memory. */
  #keep(top: readonly EnginePlace[], left: number): void {
    const share = Math.min(1, left / sumOf(top))
    for (const place of top) add(this.#kept, { ...place, bytes: place.bytes * share })
  }

  /** Nobody says whose memory was freed: each place counts for less. */
  #release(bytes: number): void {
    const held = sumOf(this.#kept.values())
    if (bytes <= 0 || held === 0) return
    const share = Math.max(0, 1 - bytes / held)
    for (const [key, place] of this.#kept) this.#kept.set(key, { ...place, bytes: place.bytes * share })
  }

  #places(): EnginePlace[] {
    const own = this.#job?.top ?? this.#ended?.top ?? []
    const places = new Map<string, EnginePlace>()
    // A job may free what earlier ones left: no more can be held than there is.
    const room = Math.max(0, (this.#resident ?? 0) - sumOf(own))
    const share = Math.min(1, room / sumOf(this.#kept.values()))
    for (const place of this.#kept.values()) add(places, { ...place, bytes: place.bytes * share })
    for (const place of own) add(places, place)
    return [...places.values()]
      .map((place) => ({ ...place, bytes: Math.round(place.bytes) }))
      .filter(({ bytes }) => bytes > 0)
      .sort((a, b) => b.bytes - a.bytes)
      .slice(0, MAX_PLACES)
  }
}

function grown(
  job: RunningJob,
  { growth, peak, rise, top }: Pick<ProbeMessageOf<'growth'>, 'growth' | 'peak' | 'rise' | 'top'>,
): RunningJob {
  return {
    ...job,
    growth: growth ?? job.growth,
    peak: peak ?? job.peak,
    rise: rise ?? job.rise,
    top: top.flatMap((place) => placeOf(place) ?? []),
  }
}

function placeOf({ bytes, node, function: name, file, line }: ProbePlace): EnginePlace | null {
  if (node === null) return null
  const place = name === null || file === null ? null : { function: name, file, line: line ?? 0 }
  return { bytes, node: nodeOf(node.id, node.class, node.pack), place }
}

function nodeOf(id: string | null, type: string | null, pack: string | null): EngineNode {
  return { id: id ?? '?', type, pack }
}

function sumOf(places: Iterable<EnginePlace>): number {
  let sum = 0
  for (const { bytes } of places) sum += bytes
  return sum
}

/** Adds to a place of the same function and kind of node: workflows number their nodes as they like. */
function add(places: Map<string, EnginePlace>, added: EnginePlace): void {
  const { node, place } = added
  const key = JSON.stringify([node.type, node.pack, place?.function, place?.file])
  const known = places.get(key)
  places.set(key, known ? { ...added, bytes: known.bytes + added.bytes } : added)
}
