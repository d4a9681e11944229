import type { Tracer } from 'dd-trace'
import { tracerTags } from '../../../common/tracing/dd-trace/tracer-tags'
import type { Settings } from '../../settings/definitions'
import type { Identity } from './wire-span'

/** Tags that are the backend's own, or this process's from the tracer: not the user's. */
const OWN_TAGS = ['service', 'env', 'version', 'runtime-id', 'studio.process']

/**
 * The identity under which to report, in the terms of dd-trace's own spans; `null` if the user has turned
 * tracing off.
 */
export function reportIdentity(
  settings: Pick<Settings, 'DD_SERVICE' | 'DD_ENV' | 'DD_VERSION'>,
  tracer: Tracer | null,
  env: Readonly<Record<string, string | undefined>>,
  isAppVersion: boolean,
): Identity | null {
  if (/^(false|0)$/i.test((env.DD_TRACE_ENABLED ?? env.DD_TRACING_ENABLED ?? '').trim())) return null
  const { DD_SERVICE: service, DD_ENV, DD_VERSION: version } = settings
  // The user's own DD_TAGS.
  const tags = Object.entries(tracerTags(tracer)).filter(([name]) => !OWN_TAGS.includes(name))
  return { service, env: DD_ENV, version, isAppVersion, tags: Object.fromEntries(tags) }
}
