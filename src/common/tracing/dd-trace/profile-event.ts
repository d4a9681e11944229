import os from 'node:os'
import type { Tracer } from 'dd-trace'
import type { ProfileSet } from '../../protocol/profile-set'

/**
 * The description of the profiler, in the form of dd-trace's (`profiling/profiler.js`,
 * `profiling/config.js`): heap and time, read by V8's inspector, which knows no spans and does not count CPU
 * time.
 */
const profilerInfo = (heapIntervalBytes: number) => ({
  serverless: false,
  settings: {
    allocationProfilingEnabled: false,
    asyncContextFrameEnabled: false,
    codeHotspotsEnabled: false,
    cpuProfilingEnabled: false,
    debugSourceMaps: false,
    endpointCollectionEnabled: false,
    heapSamplingInterval: heapIntervalBytes,
    // Without giving the heap more room, and without dd-trace's own ways to send it.
    oomMonitoring: {
      enabled: true,
      heapLimitExtensionSize: 0,
      maxHeapExtensionCount: 0,
      exportStrategies: [],
    },
    profilerTypes: ['space', 'wall'],
    sourceMap: true,
    timelineEnabled: true,
    timelineSamplingEnabled: false,
    uploadCompression: { method: 'gzip' },
    v8ProfilerBugWorkaroundEnabled: false,
  },
  hasMissingSourceMaps: false,
})

/** The engine's process, as a profile of it says it. */
export interface PythonProcess {
  readonly pid: number
  /** `3.11.2`; `null` where it did not say. */
  readonly python: string | null
  /** The time that a profile covers, in milliseconds. */
  readonly periodMs: number
}

interface EventSerializer {
  getEventJSON(spec: {
    profiles: object
    infos: object
    start: Date
    end: Date
    tags: object
    endpointCounts: object
  }): string
}

/** The tracer's configuration. */
interface Config {
  readonly tags: object
  readonly reportHostname?: boolean
}

/** The smallest event with which the profiles are accepted and found. */
const MINIMAL_EVENT: ProfileSet['event'] = {
  family: 'node',
  version: '4',
  tags_profiler: 'language:javascript,runtime:nodejs,format:pprof',
}

/**
 * The tags that dd-trace itself would send with this process's profiles, so that they stand with its traces: made by
 * dd-trace's own code. Internal; read in dd-trace 5.132 (`profiling/exporters/event_serializer`), guarded by a test.
 * @param heapIntervalBytes how much is allocated, on average, between two samples of the heap
 */
export function profileEvent(tracer: Tracer | null, heapIntervalBytes: number): ProfileSet['event'] {
  try {
    return tracerEvent(tracer, heapIntervalBytes) ?? MINIMAL_EVENT
  } catch {
    return MINIMAL_EVENT
  }
}

function tracerEvent(tracer: Tracer | null, heapIntervalBytes: number): ProfileSet['event'] | null {
  const internals = tracer as unknown as { _tracer?: { _config?: Config } } | null
  const config = internals?._tracer?._config
  if (!config) return null
  const { EventSerializer } =
    require('dd-trace/packages/dd-trace/src/profiling/exporters/event_serializer') as {
      EventSerializer: new (config: object) => EventSerializer
    }
  const now = new Date()
  const tags = { ...config.tags, ...hostTag(config), ...gitTags(config) }
  const infos = profilerInfo(heapIntervalBytes)
  const spec = { profiles: {}, infos, start: now, end: now, tags, endpointCounts: {} }
  const {
    attachments: _,
    start: __,
    end: ___,
    ...event
  } = JSON.parse(new EventSerializer(config).getEventJSON(spec))
  return event
}

/** The host's tag, if `DD_TRACE_REPORT_HOSTNAME` is set. */
function hostTag({ reportHostname }: Config): Record<string, string> {
  return reportHostname ? { host: os.hostname() } : {}
}

/** The Git tags, as dd-trace's profiler adds them, which link a profile to the source. */
function gitTags(config: object): Record<string, string> {
  const getGitMetadata = require('dd-trace/packages/dd-trace/src/git_metadata') as (config: object) => {
    commitSHA?: string
    repositoryUrl?: string
  }
  const { commitSHA, repositoryUrl } = getGitMetadata(config)
  return commitSHA && repositoryUrl
    ? { 'git.repository_url': repositoryUrl, 'git.commit.sha': commitSHA }
    : {}
}

/**
 * The event of a profile of the engine's Python, in the form of ddtrace's (4.16, its upload), with the tags of this
 * process's tracer: it makes the spans of the engine's jobs, and its runtime id is what a profile finds them by.
 */
export function pythonProfileEvent(
  tracer: Tracer | null,
  { pid, python, periodMs }: PythonProcess,
): ProfileSet['event'] {
  const own = tagsOf(profileEvent(tracer, 0).tags_profiler)
  const tags: readonly (readonly [string, string])[] = [
    ...own.filter(([name]) => !NOT_PYTHONS.has(name)),
    ['language', 'python'],
    ['runtime', 'CPython'],
    ...(python === null ? [] : [['runtime_version', python] as const]),
    ['process_id', String(pid)],
    ['studio.process', 'engine'],
  ]
  return {
    family: 'python',
    version: '4',
    tags_profiler: tags.map((tag) => tag.join(':')).join(','),
    endpoint_counts: null,
    info: {
      profiler: {
        settings: {
          enabled: true,
          upload_interval: periodMs / 1_000,
          'stack.enabled': true,
          'heap.enabled': true,
          'lock.enabled': false,
          'exception.enabled': false,
        },
      },
    },
  }
}

/** The fields that the tracer fills in for Node, and others for the engine. */
const NOT_PYTHONS: ReadonlySet<string> = new Set([
  'language',
  'runtime',
  'runtime_version',
  'process_id',
  'studio.process',
  'format',
])

/** A value may hold a colon, as a repository's address does. */
function tagsOf(joined: string): (readonly [name: string, value: string])[] {
  return joined.split(',').map((tag) => {
    const at = tag.indexOf(':')
    return [tag.slice(0, at), tag.slice(at + 1)] as const
  })
}
