import { REDACTED } from '../privacy/found'
import { isSecretName } from '../privacy/secret-names'
import { isNothing } from '../privacy/secret-values'
import type { Environment } from './dd-trace/environment'

/** Variables whose `name:value` or `name=value` dd-trace puts on all that it sends. */
const TAGS = ['DD_TAGS', 'DD_TRACE_TAGS', 'DD_TRACE_GLOBAL_TAGS', 'OTEL_RESOURCE_ATTRIBUTES'] as const
/** Those whose text it sends as it is. */
const TEXTS = [
  'DD_SERVICE',
  'DD_SERVICE_NAME',
  'DD_TRACE_SERVICE_NAME',
  'DD_SERVICE_MAPPING',
  'DD_ENV',
  'DD_VERSION',
  'OTEL_SERVICE_NAME',
] as const

/**
 * The environment that dd-trace is given, without the secrets and the home folder that would be on each span, metric, profile
 * and statistic from there.
 */
export function scrubbedEnvironment(environment: Environment, scrub: (text: string) => string): Environment {
  const scrubbed = { ...environment }
  for (const name of TAGS) if (scrubbed[name]) scrubbed[name] = scrubbedTags(scrubbed[name], scrub)
  for (const name of TEXTS) if (scrubbed[name]) scrubbed[name] = scrub(scrubbed[name])
  return scrubbed
}

/** Tag by tag: each name says what its own value is, and the text around it does not. They are parted as in `addTag`. */
function scrubbedTags(tags: string, scrub: (text: string) => string): string {
  const separator = tags.includes(',') ? ',' : /(\s+)/
  const parts = tags.split(separator).map((tag) => scrubbedTag(tag, scrub))
  return parts.join(separator === ',' ? ',' : '')
}

function scrubbedTag(tag: string, scrub: (text: string) => string): string {
  const at = tag.search(/[:=]/)
  if (at < 0) return scrub(tag)
  const [name, value] = [tag.slice(0, at), tag.slice(at + 1)]
  const isSecret = isSecretName(name.trim()) && !isNothing(value.trim())
  return `${scrub(name)}${tag[at]}${isSecret ? REDACTED : scrub(value)}`
}
