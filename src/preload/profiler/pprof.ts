import type { HeapProfiler, Profiler } from 'node:inspector'
import { encodeSync } from '@datadog/pprof/out/src/profile-encoder'
import { serializeHeapProfile, serializeTimeProfile } from '@datadog/pprof/out/src/profile-serializer'
import type { SourceMapper } from '@datadog/pprof/out/src/sourcemapper/sourcemapper'
import type {
  AllocationProfileNode,
  GenerateTimeLabelsFunction,
  LabelSet,
  TimeProfileNode,
  TimeProfileNodeContext,
} from '@datadog/pprof/out/src/v8-types'
import { CPU_INTERVAL_MICROS, type CpuProfile } from './cpu-recorder'
import { HEAP_INTERVAL_BYTES } from './heap-sampler'
import { scriptPath } from './script-path'

/** dd-trace's labels of the main thread. What the system calls it Node does not tell: on Linux it is the process id. */
const LABELS: LabelSet = {
  'thread name': 'Main Event Loop',
  'thread id': '0',
  ...(process.platform === 'linux' ? { 'os thread id': String(process.pid) } : {}),
}

/** V8's name of a thread that waits: nothing is to be seen there. */
const IDLE = '(idle)'

interface CallFrame {
  readonly functionName: string
  readonly scriptId: string
  readonly url: string
  readonly lineNumber: number
  readonly columnNumber: number
}

/** The inspector counts lines and columns from 0, V8's own profiles, which pprof is made from, from 1. */
function frame({ functionName, scriptId, url, lineNumber, columnNumber }: CallFrame) {
  return {
    name: functionName,
    scriptName: scriptPath(url),
    scriptId: Number(scriptId),
    lineNumber: lineNumber + 1,
    columnNumber: columnNumber + 1,
  }
}

/** How dd-trace gives the column of a frame whose source map is missing, from which Datadog finds the source itself. */
const COLUMNS = { wall: 'emit', space: 'pack' } as const

/** Of `@datadog/pprof`'s mapper only this is called; its own reads whole folders of maps at once. */
export type FrameMapper = Pick<SourceMapper, 'mappingInfo'>

/** With the time of a sample, for Datadog's timeline: dd-trace's label. It is beyond what a number is exact for. */
const labelsOf: GenerateTimeLabelsFunction = ({ context }) =>
  context ? ({ ...LABELS, end_timestamp_ns: context.timestamp * 1_000n } as object as LabelSet) : LABELS

/**
 * A gzipped pprof with the sample types `sample/count` and `wall/nanoseconds`, as dd-trace makes it.
 * @param isTimed whether each sample has its time, as dd-trace's have: three times the work (measured: 100 ms for a
 * minute without a rest), so only where nothing waits for it
 */
export function encodeCpuProfile(cpu: CpuProfile, mapper: FrameMapper, isTimed = false): Buffer {
  const { profile, startMicros, endMicros } = cpu
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]))
  const times = isTimed ? timesOf(cpu) : null
  const build = ({ id, callFrame, hitCount = 0, children = [] }: Profiler.ProfileNode): TimeProfileNode => ({
    ...frame(callFrame),
    hitCount,
    ...(callFrame.functionName === IDLE ? {} : { contexts: times?.get(id) ?? [] }),
    children: children.flatMap((child) => {
      const node = nodes.get(child)
      return node ? [build(node)] : []
    }),
  })
  const [root] = profile.nodes
  if (!root) throw new Error('a CPU profile without a root')
  const time = { topDownRoot: build(root), startTime: startMicros, endTime: endMicros, hasCpuTime: false }
  // V8 takes fewer samples than it was asked for: the mean interval is computed from what there is.
  return encodeSync(
    serializeTimeProfile(
      time,
      CPU_INTERVAL_MICROS,
      mapper as SourceMapper,
      true,
      labelsOf,
      Object.keys(LABELS),
      COLUMNS.wall,
    ),
  )
}

/** When each node was seen, in microseconds since the epoch; V8's own clock begins elsewhere. */
function timesOf({ profile, endMicros }: CpuProfile): Map<number, TimeProfileNodeContext[]> {
  const { samples = [], timeDeltas = [], startTime, endTime } = profile
  const times = new Map<number, TimeProfileNodeContext[]>()
  let at = endMicros - (endTime - startTime)
  for (const [index, id] of samples.entries()) {
    at += timeDeltas[index] ?? 0
    const seen = times.get(id)
    const context = { timestamp: BigInt(Math.round(at)) }
    if (seen) seen.push(context)
    else times.set(id, [context])
  }
  return times
}

/** A gzipped pprof with the sample types `inuse_objects/count` and `inuse_space/bytes`, as dd-trace makes it. */
export function encodeHeapProfile(
  profile: HeapProfiler.SamplingHeapProfile,
  atMs: number,
  mapper: FrameMapper,
): Buffer {
  const build = ({
    callFrame,
    selfSize,
    children,
  }: HeapProfiler.SamplingHeapProfileNode): AllocationProfileNode => ({
    ...frame(callFrame),
    // The inspector knows bytes, not objects.
    allocations: selfSize > 0 ? [{ sizeBytes: selfSize, count: 1 }] : [],
    children: children.map(build),
  })
  const atNanos = Math.round(atMs) * 1_000_000
  return encodeSync(
    serializeHeapProfile(
      build(profile.head),
      atNanos,
      HEAP_INTERVAL_BYTES,
      undefined,
      mapper as SourceMapper,
      () => LABELS,
      false,
      COLUMNS.space,
    ),
  )
}

/** The files that a profile names. */
export function scriptsOf(profile: Profiler.Profile | HeapProfiler.SamplingHeapProfile): Set<string> {
  const scripts = new Set<string>()
  const add = ({ url }: CallFrame) => {
    if (url !== '') scripts.add(scriptPath(url))
  }
  const walk = ({ callFrame, children }: HeapProfiler.SamplingHeapProfileNode) => {
    add(callFrame)
    for (const child of children) walk(child)
  }
  if ('head' in profile) walk(profile.head)
  else for (const { callFrame } of profile.nodes) add(callFrame)
  return scripts
}
