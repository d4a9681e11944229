import type { Tracer } from 'dd-trace'

/**
 * The tags that dd-trace puts on each span of this process: `DD_TAGS`, service, env, version, `runtime-id`.
 * Not public; read in dd-trace 5.132 (`config.tags`), guarded by a test. Empty without a tracer. Never
 * throws.
 */
export function tracerTags(tracer: Tracer | null): Readonly<Record<string, string>> {
  const internals = tracer as unknown as { _tracer?: { _config?: { tags?: Record<string, unknown> } } } | null
  const tags = Object.entries(internals?._tracer?._config?.tags ?? {})
  return Object.fromEntries(tags.filter((tag): tag is [string, string] => typeof tag[1] === 'string'))
}
