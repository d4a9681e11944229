import type { Death } from '../backend/supervisor'
import type { Incident } from './incident'

export interface IncidentContext {
  readonly id: string
  /** Wall clock, milliseconds since the epoch. */
  readonly at: number
  /** Ids of the jobs that died with the backend. */
  readonly jobIds: readonly string[]
  /** In bytes; `null` when off. */
  readonly memoryLimitBytes: number | null
  readonly surroundings: Pick<Incident, 'versions' | 'os'>
}

/** Most job ids kept in one incident; the job records themselves are all kept. */
const MAX_JOB_IDS = 1_000

/** One death and what surrounds it, as the record that is kept of it. */
export function buildIncident({ evidence, explanation, restart }: Death, context: IncidentContext): Incident {
  return {
    schema: 1,
    id: context.id,
    at: new Date(context.at).toISOString(),
    cause: explanation.cause,
    oom: explanation.oom,
    confidence: explanation.confidence,
    evidence: [...explanation.evidence],
    exitCode: evidence.exitCode,
    reason: evidence.gone?.reason ?? null,
    pid: evidence.pid,
    uptimeMs: Math.round(evidence.uptimeMs),
    memory: {
      limitBytes: context.memoryLimitBytes,
      treeRssBytes: null,
      heapUsedBytes: evidence.memory?.heapUsedBytes ?? null,
      heapLimitBytes: evidence.memory?.heapLimitBytes ?? null,
      samples: [],
    },
    profiles: { heap: null, cpu: null },
    topAllocators: [],
    jobIds: context.jobIds.slice(0, MAX_JOB_IDS),
    restart: {
      decision: restart.decision,
      delayMs: restart.delayMs,
      deathsInWindow: restart.deathsInWindow,
    },
    ...context.surroundings,
    reported: false,
  }
}

/**
 * An id that sorts by time, names a file on every system and is short enough to type: `20261123-201155-3f9a`.
 * @param random 0 to 1
 */
export function incidentId(at: number, random: number): string {
  const [date = '', time = ''] = new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').split('T')
  const suffix = Math.floor(random * 0x10000)
    .toString(16)
    .padStart(4, '0')
  return `${date}-${time}-${suffix}`
}
