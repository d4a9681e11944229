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
