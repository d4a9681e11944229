import type { HeapProfiler, Profiler } from 'node:inspector'
import { encodeSync } from '@datadog/pprof/out/src/profile-encoder'
import { serializeHeapProfile, serializeTimeProfile } from '@datadog/pprof/out/src/profile-serializer'
import type { SourceMapper } from '@datadog/pprof/out/src/sourcemapper/sourcemapper'
import type { AllocationProfileNode, TimeProfileNode } from '@datadog/pprof/out/src/v8-types'
import { CPU_INTERVAL_MICROS, type CpuProfile } from './cpu-recorder'
import { HEAP_INTERVAL_BYTES } from './heap-sampler'
import { scriptPath } from './script-path'

/** dd-trace's labels of the main thread; on Linux its thread id is the process id. */
const LABELS = {
  'thread name': 'Main Event Loop',
  'thread id': '0',
  'os thread id': String(process.pid),
}

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

/** A gzipped pprof with the sample types `sample/count` and `wall/nanoseconds`, as dd-trace makes it. */
export function encodeCpuProfile(
  { profile, startMicros, endMicros }: CpuProfile,
  mapper: FrameMapper,
): Buffer {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]))
  const build = ({ callFrame, hitCount = 0, children = [] }: Profiler.ProfileNode): TimeProfileNode => ({
    ...frame(callFrame),
    hitCount,
    children: children.flatMap((id) => {
      const child = nodes.get(id)
      return child ? [build(child)] : []
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
      () => LABELS,
      Object.keys(LABELS),
      COLUMNS.wall,
    ),
  )
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
