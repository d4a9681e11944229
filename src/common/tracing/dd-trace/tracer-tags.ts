import type { Tracer } from 'dd-trace'
import type { Tags } from '../app-tags'

/** The tags that a tracer was started with. */
const AT_START = new WeakMap<object, Readonly<Record<string, unknown>>>()

/**
 * The tags that dd-trace puts on each span of this process: `DD_TAGS`, service, env, version, `runtime-id`.
 * Not public; read in dd-trace 5.132 (`config.tags`), guarded by a test. Empty without a tracer. Never
 * throws.
 */
export function tracerTags(tracer: Tracer | null): Tags {
  const tags = tagsOf(tracer)
  const all = Object.entries((tags && AT_START.get(tags)) ?? tags ?? {})
  return Object.fromEntries(all.filter((tag): tag is [string, string] => typeof tag[1] === 'string'))
}

/**
 * Has each span that begins from now on carry these tags too, in place of those of the last call. dd-trace reads them at
 * each span's start (5.132, `opentracing/tracer.js`), guarded by a test. Does nothing without a tracer.
 */
export function addTracerTags(tracer: Tracer | null, added: Tags): void {
  const tags = tagsOf(tracer)
  if (!tags) return
  const atStart = AT_START.get(tags) ?? { ...tags }
  AT_START.set(tags, atStart)
  for (const name of Object.keys(tags)) if (!(name in atStart)) delete tags[name]
  Object.assign(tags, atStart, added)
}

function tagsOf(tracer: Tracer | null): Record<string, unknown> | null {
  const internals = tracer as unknown as { _tracer?: { _config?: { tags?: Record<string, unknown> } } } | null
  return internals?._tracer?._config?.tags ?? null
}
