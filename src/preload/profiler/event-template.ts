import type { Tracer } from 'dd-trace'
import type { ProfileSet } from '../../profile-set'

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

/** Enough for the profiles to be taken, by whom they are found. */
const MINIMAL_EVENT: ProfileSet['event'] = {
  family: 'node',
  version: '4',
  tags_profiler: 'language:javascript,runtime:nodejs,format:pprof',
}

/**
 * What dd-trace itself would say of this process beside its profiles, so that they stand with its traces: made by
 * dd-trace's own code. Internal; read in dd-trace 5.132 (`profiling/exporters/event_serializer`), guarded by a test.
 */
export function profileEvent(tracer: Tracer | null): ProfileSet['event'] {
  try {
    return tracerEvent(tracer) ?? MINIMAL_EVENT
  } catch {
    return MINIMAL_EVENT
  }
}

function tracerEvent(tracer: Tracer | null): ProfileSet['event'] | null {
  const internals = tracer as unknown as { _tracer?: { _config?: { tags: object } } } | null
  const config = internals?._tracer?._config
  if (!config) return null
  const { EventSerializer } =
    require('dd-trace/packages/dd-trace/src/profiling/exporters/event_serializer') as {
      EventSerializer: new (config: object) => EventSerializer
    }
  const now = new Date()
  const tags = { ...config.tags, ...gitTags(config) }
  const spec = { profiles: {}, infos: {}, start: now, end: now, tags, endpointCounts: {} }
  const {
    attachments: _,
    start: __,
    end: ___,
    ...event
  } = JSON.parse(new EventSerializer(config).getEventJSON(spec))
  return event
}

/** As dd-trace's profiler adds them, so that a profile leads to the source. */
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
