import { describeCause } from '../../backend/cause'
import { culpritAmong } from '../../profiling/allocator'
import { type Incident, isAlive } from '../../records/incidents/incident'
import type { FailedJob } from '../../records/jobs/failed-job'
import { derivedIds, linkTo } from './ids'
import { jobIds } from './job-span'
import { type Identity, type WireSpan, wireSpan } from './wire-span'

/** Operation name of an incident's span: a trace of its own, linked to those of the lost jobs. */
export const INCIDENT_SPAN = 'studio.backend.incident'

/** Most job ids in one tag; the links and the records have them all. */
const MAX_JOB_IDS = 50

/**
 * The span of one death of the backend. It has the time of the death and no duration: a span is placed at its
 * start, and that of a backend that ran for days would be older than what Datadog accepts.
 * @param lost the records of the jobs that died with it
 */
export function incidentSpan(incident: Incident, lost: readonly FailedJob[], identity: Identity): WireSpan {
  const at = Date.parse(incident.at)
  const { memory, restart, os, versions, profiles } = incident
  const culprit = culpritAmong(incident.topAllocators)
  const evidence = withoutLastWords(incident)
  return wireSpan(
    {
      ids: derivedIds(incident.id),
      name: INCIDENT_SPAN,
      resource: incident.cause,
      type: 'worker',
      startMs: at,
      endMs: at,
      error: {
        type: incident.cause,
        message: [describeCause(incident.cause), ...evidence.slice(0, 1)].join(': '),
      },
      meta: {
        'span.kind': 'internal',
        'error.stack': errorStack(incident, evidence),
        'error.fingerprint': incident.fingerprint || null,
        'runtime-id': incident.runtimeId,
        'studio.advice': incident.advice.join('\n') || null,
        ...prefixed('studio.incident', {
          id: incident.id,
          at: incident.at,
          cause: incident.cause,
          oom: String(incident.oom),
          confidence: incident.confidence,
          evidence: evidence.join('\n'),
          exit_code: incident.exitCode === null ? null : String(incident.exitCode),
          reason: incident.reason,
          job_ids: incident.jobIds.slice(0, MAX_JOB_IDS).join(', ') || null,
          'restart.decision': restart.decision,
          'restart.reason': restart.reason,
          'profile.heap': profiles.heap,
          'profile.cpu': profiles.cpu,
          'node.id': incident.node?.id ?? null,
          'node.type': incident.node?.type ?? null,
          'node.pack': incident.node?.pack ?? null,
          'culprit.function': culprit?.function ?? null,
          'culprit.file': culprit?.file ?? null,
          'culprit.line': culprit ? String(culprit.line) : null,
          'culprit.node.id': culprit?.node?.id ?? null,
          'culprit.node.type': culprit?.node?.type ?? null,
          'culprit.node.pack': culprit?.node?.pack ?? null,
          'os.platform': os.platform,
          'os.release': os.release,
          'os.arch': os.arch,
          ...prefixed('version', versions),
        }),
      },
      metrics: {
        process_id: incident.pid,
        ...prefixed('studio.incident', {
          uptime_ms: incident.uptimeMs,
          jobs_lost: isAlive(incident) ? 0 : incident.jobIds.length,
          'memory.limit_bytes': memory.limitBytes,
          'memory.tree_rss_bytes': memory.treeRssBytes,
          'memory.job_peak_bytes': memory.jobPeakBytes,
          'memory.heap_used_bytes': memory.heapUsedBytes,
          'memory.heap_limit_bytes': memory.heapLimitBytes,
          'culprit.share': culprit?.share ?? null,
          'culprit.bytes': culprit?.bytes ?? null,
          'restart.delay_ms': restart.delayMs,
          'restart.deaths_in_window': restart.deathsInWindow,
          'os.total_memory_bytes': os.totalMemoryBytes,
        }),
      },
      links: lost.map((job) => linkTo(jobIds(job), { 'studio.link': 'job', 'studio.job.id': job.jobId })),
    },
    {
      ...identity,
      version: (identity.isAppVersion && versions.app) || identity.version,
      tags: { ...identity.tags, ...incident.tags },
    },
  )
}

/** A stack with the error's first line, by which Error Tracking tells a stack from text. */
function errorStack({ cause, errorStack: stack }: Incident, [first = '']: readonly string[]): string | null {
  if (stack === null || !stack.startsWith('    at ')) return stack
  return `${cause}: ${first}\n${stack}`
}

/** The evidence without the line that the backend wrote: its words go to Datadog's logs alone, where the user asks for it. */
function withoutLastWords({ evidence, errorLine }: Incident): string[] {
  return evidence.map((sentence) => {
    const at = errorLine === null ? -1 : sentence.indexOf(errorLine)
    return at < 0 ? sentence : sentence.slice(0, at).replace(/[:\s]+$/, '')
  })
}

function prefixed<Value>(prefix: string, values: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}.${name}`, value]))
}
