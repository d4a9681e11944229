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
import { remembering } from '../../common/privacy/remembering'
import { hideSecrets } from '../../common/privacy/scrubber'
import { GENERATED_CODE, OWN_SCRIPT } from '../../common/protocol/profile-set'
import { CPU_INTERVAL_MICROS, type CpuProfile } from './cpu-recorder'
import { HEAP_INTERVAL_BYTES } from './heap-sampler'
import { scriptPath } from './script-path'

/**
 * dd-trace's labels of the main thread. Node does not give the system's thread id, which on Linux is the
 * process id.
 */
const LABELS: LabelSet = {
  'thread name': 'Main Event Loop',
  'thread id': '0',
  ...(process.platform === 'linux' ? { 'os thread id': String(process.pid) } : {}),
}

/** V8's name of a waiting thread, whose samples show nothing. */
const IDLE = '(idle)'

interface CallFrame {
  readonly functionName: string
  readonly scriptId: string
  readonly url: string
  readonly lineNumber: number
  readonly columnNumber: number
}

/**
 * Converts a frame: the inspector counts lines and columns from 0, V8's own profiles, which pprof is made
 * from, from 1.
 */
function frame({ functionName, scriptId, url, lineNumber, columnNumber }: CallFrame) {
  return {
    name: functionName,
    scriptName: url === '' && lineNumber >= 0 ? GENERATED_CODE : scriptPath(url),
    scriptId: Number(scriptId),
    lineNumber: lineNumber + 1,
    columnNumber: columnNumber + 1,
  }
}

/**
 * The way dd-trace gives the column of a frame whose source map is missing, from which Datadog finds the
 * source itself.
 */
const COLUMNS = { wall: 'emit', space: 'pack' } as const

/** The only method used of `@datadog/pprof`'s mapper; its own reads whole folders of maps at once. */
export type FrameMapper = Pick<SourceMapper, 'mappingInfo'>

const hideOnce = remembering(hideSecrets)

/** A mapper whose names of functions and files hold no secrets: a profile is written to the disk as well. */
const withoutSecrets = (mapper: FrameMapper): SourceMapper =>
  ({
    mappingInfo(location) {
      const mapped = mapper.mappingInfo(location)
      const { name, file } = mapped
      return {
        ...mapped,
        ...(name !== undefined && { name: hideOnce(name) }),
        ...(file !== undefined && { file: hideOnce(file) }),
      }
    },
  }) satisfies FrameMapper as SourceMapper

/**
 * Adds the time of a sample, for Datadog's timeline: dd-trace's label. It exceeds what a number can hold
 * exactly.
 */
const labelsOf: GenerateTimeLabelsFunction = ({ context }) =>
  context ? ({ ...LABELS, end_timestamp_ns: context.timestamp * 1_000n } as object as LabelSet) : LABELS

/**
 * Encodes a gzipped pprof with the sample types `sample/count` and `wall/nanoseconds`, as dd-trace does.
 * @param isTimed true if each sample gets its time, as in dd-trace: three times the work (measured: 100 ms
 * for a minute without a rest), so not where a thread that hangs waits for it
 */
export function encodeCpuProfile(cpu: CpuProfile, mapper: FrameMapper, isTimed = false): Buffer {
  const { profile, startMicros, endMicros } = cpu
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]))
  const times = isTimed ? timesOf(cpu) : null
  // V8 gives more samples than it counts (seen: 65 of which it counts 62): those beyond would weigh nothing.
  const hitsOf = ({ id, hitCount = 0 }: Profiler.ProfileNode) =>
    times ? (times.get(id)?.length ?? 0) : hitCount
  const build = (own: Profiler.ProfileNode): TimeProfileNode => ({
    ...frame(own.callFrame),
    hitCount: hitsOf(own),
    ...(own.callFrame.functionName === IDLE ? {} : { contexts: times?.get(own.id) ?? [] }),
    children: (own.children ?? []).flatMap((child) => {
      const node = nodes.get(child)
      // What the profiler has the thread run, its own pauses among it, is no work of the backend.
      return node && node.callFrame.url !== OWN_SCRIPT ? [build(node)] : []
    }),
  })
  const [root] = profile.nodes
  if (!root) throw new Error('a CPU profile without a root')
  // What is left out took its time all the same.
  const totalHitCount = profile.nodes.reduce((sum, node) => sum + hitsOf(node), 0)
  const time = {
    topDownRoot: build(root),
    startTime: startMicros,
    endTime: endMicros,
    hasCpuTime: false,
    totalHitCount,
  }
  // V8 takes fewer samples than it was asked for: the mean interval is computed from the actual ones.
  return encodeSync(
    serializeTimeProfile(
      time,
      CPU_INTERVAL_MICROS,
      withoutSecrets(mapper),
      true,
      labelsOf,
      Object.keys(LABELS),
      COLUMNS.wall,
    ),
  )
}

/**
 * The times at which each node was sampled, in microseconds since the epoch; V8's own clock has another
 * origin.
 */
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

/**
 * Encodes a gzipped pprof with the sample types `inuse_objects/count` and `inuse_space/bytes`, as dd-trace
 * does.
 */
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
      withoutSecrets(mapper),
      () => LABELS,
      false,
      COLUMNS.space,
    ),
  )
}

/** The files that a profile refers to. */
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
