import type { Tracer } from 'dd-trace'
import type { Settings } from '../../settings/table'
import type { Identity } from './wire-span'

/** What a span of the backend has of its own, or this process from the tracer: not the user's. */
const OWN_TAGS = ['service', 'env', 'version', 'runtime-id', 'studio.process']

/** As whom to report, in the words of dd-trace's own spans; `null` where the user has turned tracing off. */
export function reportIdentity(
  settings: Pick<Settings, 'DD_SERVICE' | 'DD_ENV' | 'DD_VERSION'>,
  tracer: Tracer | null,
  env: Readonly<Record<string, string | undefined>>,
): Identity | null {
  if (/^(false|0)$/i.test((env.DD_TRACE_ENABLED ?? env.DD_TRACING_ENABLED ?? '').trim())) return null
  const { DD_SERVICE: service, DD_ENV, DD_VERSION: version } = settings
  return { service, env: DD_ENV, version, tags: userTags(tracer) }
}

/**
 * The user's own `DD_TAGS`, as dd-trace read them. Internal; read in dd-trace 5.132 (`config.tags`), guarded by a
 * test. None where there is no tracer.
 */
function userTags(tracer: Tracer | null): Identity['tags'] {
  const internals = tracer as unknown as { _tracer?: { _config?: { tags?: Record<string, unknown> } } } | null
  const tags = Object.entries(internals?._tracer?._config?.tags ?? {})
  return Object.fromEntries(
    tags.filter((tag): tag is [string, string] => typeof tag[1] === 'string' && !OWN_TAGS.includes(tag[0])),
  )
}
