import { describeNode, type EngineNode } from '../../../common/engine/engine-node'
import { encodePythonProfile } from '../../../common/engine/python-profile'
import { size } from '../../../common/output/units'
import type { EngineMemory, EnginePlace } from '../../../common/protocol/engine-memory'
import type { Allocator } from '../../profiling/allocator'
import { age } from './memory-rules'

/** Share of the engine's memory, and of all that ran, below which nobody is named as the one who took it. */
const LARGE = 1 / 3
/** The memory that the engine may hold more than it told, in bytes and as a share, before that is somebody's. */
const UNSEEN = { bytes: 64 * 2 ** 20, share: 0.1 } as const
/** The function of memory that came while no function of Python's was seen. */
export const NO_FUNCTION = '(no Python function seen)'

/** A reading of the engine's process from outside. */
export interface EngineReading {
  /** Wall clock, milliseconds since the epoch. */
  readonly at: number
  readonly rssBytes: number
}

/**
 * The engine's memory as last told, with what came after that: while native code holds Python's lock the probe says
 * nothing, and the node that runs is known all the same.
 */
export function withUnseen(memory: EngineMemory, reading: EngineReading | null): EngineMemory {
  const { residentBytes, node, at, places } = memory
  if (!reading || residentBytes === null || reading.at <= at) return memory
  const unseen = reading.rssBytes - residentBytes
  if (unseen < Math.max(UNSEEN.bytes, residentBytes * UNSEEN.share)) return memory
  const added = node === null ? [] : [{ bytes: unseen, node, place: null }]
  return {
    ...memory,
    at: reading.at,
    residentBytes: reading.rssBytes,
    job: memory.job && { ...memory.job, peakBytes: Math.max(memory.job.peakBytes, reading.rssBytes) },
    places: [...places, ...added].sort((a, b) => b.bytes - a.bytes),
  }
}

/** The places as an incident has them: shares of the engine's resident set. */
export function engineAllocators({ places, residentBytes }: EngineMemory): Allocator[] {
  if (!residentBytes) return []
  return places.map(({ bytes, node, place }) => ({
    function: place?.function ?? NO_FUNCTION,
    file: place?.file ?? '',
    line: place?.line ?? 0,
    bytes,
    share: Math.min(1, bytes / residentBytes),
    cumulativeBytes: null,
    cumulativeShare: null,
    node,
  }))
}

/** The places as a gzipped pprof, each below its node; the rest of the resident set is one of its own. `null` without any. */
export function encodeEngineMemory({ places, residentBytes, at }: EngineMemory): Buffer | null {
  if (!residentBytes || places.length === 0) return null
  const rest = residentBytes - places.reduce((sum, { bytes }) => sum + bytes, 0)
  const samples = places.map(({ bytes, node, place }) => ({
    frames: [place ?? unplaced(NO_FUNCTION), unplaced(describeNode(node))],
    values: [1, bytes],
  }))
  const others = { frames: [unplaced('(the rest of the engine)')], values: [1, Math.round(rest)] }
  return encodePythonProfile({
    // As our other heap profiles have them; objects are not counted.
    types: [
      ['inuse_objects', 'count'],
      ['inuse_space', 'bytes'],
    ],
    samples: rest >= 1 ? [...samples, others] : samples,
    at,
    durationMs: 0,
  })
}

const unplaced = (name: string) => ({ function: name, file: '', line: 0 })

/** The times that sentences about an engine's death are of: wall clock, milliseconds since the epoch. */
export interface DeathTimes {
  /** The death. */
  readonly at: number
  /** The last word of the probe, which alone knows the GPU's memory. */
  readonly toldAt: number
}

/**
 * Who took the memory that the engine died for, in sentences; none about a node that holds too little of it. What was not read
 * at that moment says how old it is.
 * @param treeRssBytes of all processes that counted
 */
export function describeEngineCulprit(
  memory: EngineMemory,
  treeRssBytes: number | null,
  death: DeathTimes,
): string[] {
  const { residentBytes, gpu, job } = memory
  if (!residentBytes) return []
  const [most] = byNode(memory.places)
  const isLarge = most && most.bytes >= LARGE * Math.max(residentBytes, treeRssBytes ?? 0)
  return [
    ...(isLarge
      ? [
          `${describeNode(most.node)} added ${size(most.bytes)} of ${size(residentBytes)}${whereOf(most)}${age(death, memory)}`,
        ]
      : []),
    ...(job && job.peakBytes > 0 ? [`the engine held ${size(job.peakBytes)} at most while the job ran`] : []),
    ...(gpu && gpu.reservedBytes > 0
      ? [
          `on the GPU torch held ${size(gpu.allocatedBytes)} and had reserved ${size(gpu.reservedBytes)}, at most it held ${size(gpu.peakBytes)}${age(death, { at: death.toldAt })}`,
        ]
      : []),
  ]
}

interface NodeMemory {
  readonly node: EngineNode
  readonly bytes: number
  /** Its own, most first. */
  readonly places: readonly EnginePlace[]
}

function byNode(places: readonly EnginePlace[]): NodeMemory[] {
  const groups = new Map<string, EnginePlace[]>()
  for (const place of places) {
    const key = JSON.stringify([place.node.type, place.node.pack])
    groups.set(key, [...(groups.get(key) ?? []), place])
  }
  return [...groups.values()]
    .flatMap((own) => {
      const [first] = own
      return first
        ? [{ node: first.node, bytes: own.reduce((sum, { bytes }) => sum + bytes, 0), places: own }]
        : []
    })
    .sort((a, b) => b.bytes - a.bytes)
}

/** The function that took most of it, as far as one was seen. */
function whereOf({ bytes, places: [most] }: NodeMemory): string {
  if (!most?.place) return ''
  const { function: name, file, line } = most.place
  const amount = most.bytes >= bytes * 0.9 ? '' : `${size(most.bytes)} `
  return `, ${amount}in ${name} (${file}:${line})`
}
