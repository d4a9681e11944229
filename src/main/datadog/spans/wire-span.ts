import { scrubbedTo } from '../../../common/privacy/scrubber'
import type { SpanIds } from './ids'

/** One span as the Agent's `/v0.4/traces` accepts it (datadog-agent, `pkg/proto/pbgo/trace/span.go`). */
export interface WireSpan {
  readonly trace_id: bigint
  readonly span_id: bigint
  readonly parent_id: bigint
  readonly name: string
  readonly resource: string
  readonly service: string
  readonly type: string
  readonly error: 0 | 1
  /** Nanoseconds since the epoch. */
  readonly start: bigint
  /** Nanoseconds. */
  readonly duration: bigint
  readonly meta: Readonly<Record<string, string>>
  readonly metrics: Readonly<Record<string, number>>
}

/** The identity under which the monitor reports: the backend's, as in its own spans. */
export interface Identity {
  readonly service: string
  readonly env: string
  readonly version: string
  /** True if the version is the app's: then incidents from before an update belong to another one. */
  readonly isAppVersion: boolean
  /** The user's own `DD_TAGS`. */
  readonly tags: Readonly<Record<string, string>>
}

/** A span in the monitor's own terms; `null` makes no tag. */
export interface SpanFacts {
  readonly ids: SpanIds
  readonly name: string
  readonly resource: string
  readonly type: string
  /** Milliseconds since the epoch. */
  readonly startMs: number
  readonly endMs: number
  readonly error: { readonly type: string; readonly message: string }
  readonly meta: Readonly<Record<string, string | null>>
  readonly metrics: Readonly<Record<string, number | null>>
  /** The links, as `linkTo` makes them. */
  readonly links: readonly object[]
}

/**
 * Longest text sent: Datadog cuts a resource at 5,000 characters and a tag at 25,000 (APM troubleshooting,
 * data volume guidelines).
 */
const MAX_TEXT = 5_000
const MAX_LINKS = 100
const MAX_NS = 2n ** 63n - 1n
/** dd-trace's `USER_KEEP`, and `-4` for manual: no sampling drops it. */
const KEEP = { priority: 2, mechanism: '-4' }

export function wireSpan(facts: SpanFacts, { service, env, version, tags }: Identity): WireSpan {
  const { ids, error } = facts
  const start = nanoseconds(facts.startMs)
  const end = nanoseconds(facts.endMs)
  return {
    trace_id: ids.trace,
    span_id: ids.span,
    parent_id: ids.parent,
    name: facts.name,
    resource: scrubbedTo(MAX_TEXT, facts.resource),
    service,
    type: facts.type,
    error: 1,
    start,
    duration: end > start ? end - start : 0n,
    meta: {
      ...tags,
      ...texts({ ...facts.meta, 'error.type': error.type, 'error.message': error.message }),
      env,
      version,
      language: 'javascript',
      'studio.process': 'backend',
      '_dd.p.dm': KEEP.mechanism,
      ...(ids.upper === null ? {} : { '_dd.p.tid': ids.upper }),
      ...(facts.links.length === 0
        ? {}
        : { '_dd.span_links': JSON.stringify(facts.links.slice(0, MAX_LINKS)) }),
    },
    metrics: {
      ...numbers(facts.metrics),
      '_dd.measured': 1,
      // An entry to the service; a parent is one of its own spans.
      ...(ids.parent === 0n ? { '_dd.top_level': 1 } : {}),
      _sampling_priority_v1: KEEP.priority,
    },
  }
}

/**
 * Nanoseconds, exact: a double cannot hold them. An invalid time becomes 0, and the Agent replaces it by the
 * time of arrival.
 */
function nanoseconds(ms: number): bigint {
  if (!(ms > 0)) return 0n
  const ns = BigInt(Math.round(ms)) * 1_000_000n
  return ns > MAX_NS ? 0n : ns
}

function texts(meta: SpanFacts['meta']): Record<string, string> {
  const entries = Object.entries(meta).filter((entry): entry is [string, string] => entry[1] !== null)
  return Object.fromEntries(entries.map(([name, value]) => [name, scrubbedTo(MAX_TEXT, value)]))
}

function numbers(metrics: SpanFacts['metrics']): Record<string, number> {
  const entries = Object.entries(metrics).filter((entry): entry is [string, number] => entry[1] !== null)
  return Object.fromEntries(entries)
}
