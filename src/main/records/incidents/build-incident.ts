import { scrub } from '../../../common/privacy/scrubber'
import type { Death } from '../../backend/supervisor'
import type { Incident } from './incident'
import type { IncidentEvidence } from './run-evidence'

export interface IncidentContext {
  readonly id: string
  /** Wall clock, milliseconds since the epoch. */
  readonly at: number
  /** Ids of the jobs that died with the backend. */
  readonly jobIds: readonly string[]
  readonly evidence: IncidentEvidence
  readonly surroundings: Pick<Incident, 'versions' | 'os'>
  readonly meaning: Meaning
}

/** The conclusions from all that is known of a death. */
export type Meaning = Pick<Incident, 'advice' | 'before' | 'fingerprint' | 'errorStack' | 'runtimeId'>

/** Most job ids kept in one incident; the job records themselves are all kept. */
export const MAX_JOB_IDS = 1_000

/** Builds the record of one death from the death and its context. */
export function buildIncident({ evidence, explanation, restart }: Death, context: IncidentContext): Incident {
  return {
    schema: 1,
    id: context.id,
    at: new Date(context.at).toISOString(),
    cause: explanation.cause,
    oom: explanation.oom,
    confidence: explanation.confidence,
    evidence: [...explanation.evidence, ...context.evidence.words].map(scrub),
    ...context.meaning,
    lastWords: evidence.lastWords,
    errorLine: explanation.errorLine,
    exitCode: evidence.exitCode,
    reason: evidence.gone?.reason ?? null,
    pid: evidence.pid,
    uptimeMs: Math.round(evidence.uptimeMs),
    node: context.evidence.node,
    memory: context.evidence.memory,
    profiles: context.evidence.profiles,
    topAllocators: context.evidence.topAllocators,
    stacks: context.evidence.stacks,
    jobIds: context.jobIds.slice(0, MAX_JOB_IDS),
    restart: {
      decision: restart.decision,
      delayMs: restart.delayMs,
      deathsInWindow: restart.deathsInWindow,
      reason: restart.reason,
    },
    ...context.surroundings,
    reported: false,
  }
}

/**
 * Makes an id that sorts by time to the millisecond, is a valid file name on every system and is short enough
 * to type: `20261123-201155-512a`.
 * @param random 0 to 1
 */
export function incidentId(at: number, random: number): string {
  const [date, time, ms] = new Date(at).toISOString().replaceAll(/[-:Z]/g, '').split(/[T.]/)
  return `${date}-${time}-${ms}${Math.floor(random * 16).toString(16)}`
}

/** The time of an incident from its id, in milliseconds since the epoch. */
export function incidentTime(id: string): number {
  const [, date, time, ms] = /^(\d{8})-(\d{6})-(\d{3})/.exec(id) ?? []
  const dashed = date?.replace(/(....)(..)(..)/, '$1-$2-$3')
  return Date.parse(`${dashed}T${time?.replace(/(..)(..)(..)/, '$1:$2:$3')}.${ms}Z`)
}
