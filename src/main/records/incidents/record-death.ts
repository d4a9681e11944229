import { scrub, scrubbedTo } from '../../../common/privacy/scrubber'
import type { EngineMemory } from '../../../common/protocol/engine-memory'
import {
  type ErrorSummary,
  MAX_MESSAGE_LENGTH,
  MAX_NAME_LENGTH,
  MAX_STACK_LENGTH,
} from '../../../common/protocol/messages'
import { appTags } from '../../../common/tracing/app-tags'
import { endingError, endingFrames, isWorkerHeap } from '../../backend/exit-cause'
import type { Death } from '../../backend/supervisor'
import type { Log } from '../../logging/log'
import type { JobRecords } from '../jobs/job-records'
import type { JobDeath } from '../jobs/open-job'
import { advise } from './advice'
import { buildIncident, incidentId, MAX_JOB_IDS } from './build-incident'
import { culpritOf } from './culprit'
import { pythonStack } from './error-stack'
import { fingerprintOf } from './fingerprint'
import type { Incident } from './incident'
import type { IncidentStore } from './incident-store'
import { describeIncident } from './incident-words'
import type { IncidentEvidence } from './run-evidence'
import { readSurroundings } from './surroundings'

/** The stores that a death is recorded in. */
export interface DeathSinks {
  readonly jobs: JobRecords
  readonly incidents: IncidentStore
  readonly log: Log
  /** The command that shows an incident; `null` where there is none. */
  readonly commandFor?: (id: string) => string | null
}

export interface DeathContext {
  /** The number of the backend's start. */
  readonly generation: number
  /** Wall clock, milliseconds since the epoch. */
  readonly at: number
  readonly appVersion: string
  readonly evidence: (explanation: Death['explanation']) => IncidentEvidence
  /** The tag `runtime-id` of the run; `null` where it was not traced. */
  readonly runtimeId: string | null
  /** True if the backend ran Studio's engine. */
  readonly hasEngine: boolean
  /** The memory of the machine, or of the group that the app runs in if that is less. */
  readonly machineBytes: number
  /** The keys of the jobs that come back with the next engine. */
  readonly kept: ReadonlySet<number>
}

/**
 * Records one death: its jobs first, then the incident. Both are on disk, if it accepts them, when this
 * returns.
 */
export function recordDeath(
  death: Death,
  { jobs, incidents, log, commandFor }: DeathSinks,
  context: DeathContext,
): Incident {
  const { at, generation, kept } = context
  const id = incidentId(at, Math.random())
  const { cause, oom } = death.explanation
  const error = asRecorded(endingError(death.evidence))
  const evidence = context.evidence(death.explanation)
  const running = runningIn(evidence.engine)
  const stack = asRecordedStack(
    death.evidence.errorStack ?? pythonStack(endingFrames(death.evidence)) ?? evidence.stack,
  )
  const crashed = cause === 'crash' ? death.evidence.crash : null
  const suspects = { ...evidence, oom, error, crashed, errorLine: death.explanation.errorLine }
  const fingerprint = fingerprintOf(cause, culpritOf(suspects))
  const before = incidents.before(fingerprint)
  const lost = jobs.backendDied(
    generation,
    { at, cause, oom, incidentId: id, error, running, stack, fingerprint },
    kept,
  )
  const advice = advise({
    ...{ ...death.explanation, ...evidence, ...context, before, lost },
    restart: death.restart,
    isWorkerHeap: isWorkerHeap(death.evidence),
    stuckIn: placeOf(evidence.stuck),
    returning: kept.size,
  })
  const incident = buildIncident(death, {
    id,
    at,
    jobIds: lost.map((job) => job.jobId),
    evidence,
    meaning: {
      ...{ before, fingerprint, errorStack: stack, runtimeId: context.runtimeId },
      ...appTags.recordedAt(at),
      advice: advice.map(scrub),
    },
    surroundings: readSurroundings(context.appVersion),
  })
  incidents.write(incident)
  log.error(describeIncident(incident, commandFor?.(incident.id)))
  if (kept.size > 0) log.info(`jobs that had not begun, to be submitted again: ${kept.size}`)
  return incident
}

/** The job that ran in an engine when it died, with its node and what it took. */
function runningIn(engine: EngineMemory | null): NonNullable<JobDeath['running']> | null {
  if (!engine?.job) return null
  const { id: jobId, peakBytes, growthBytes } = engine.job
  return { jobId, peakBytes, growthBytes, node: engine.node }
}

/** The function that a backend is stuck in, as a person reads it. */
function placeOf(stuck: IncidentEvidence['stuck']): string | null {
  return stuck && `${stuck.function} (${stuck.file}:${stuck.line})`
}

function asRecordedStack(stack: string | null): string | null {
  return stack && scrubbedTo(MAX_STACK_LENGTH, stack)
}

/** Scrubs and cuts an error, as one read from stderr, or thrown in this process, has not been yet. */
function asRecorded(error: ErrorSummary | null): ErrorSummary | null {
  return (
    error && {
      name: scrubbedTo(MAX_NAME_LENGTH, error.name),
      message: scrubbedTo(MAX_MESSAGE_LENGTH, error.message),
    }
  )
}

export interface UnresponsiveContext extends Pick<DeathContext, 'runtimeId' | 'hasEngine' | 'machineBytes'> {
  /** Wall clock, milliseconds since the epoch. */
  readonly at: number
  /** Time since its last heartbeat, in milliseconds; `null` where it is the engine that is unresponsive. */
  readonly unresponsiveMs: number | null
  readonly pid: number | null
  /** The number of the backend's start. */
  readonly generation: number
  readonly appVersion: string
  readonly evidence: IncidentEvidence
  /** The last lines that it wrote, scrubbed. */
  readonly lastWords: readonly string[]
}

/** Records that the backend is unresponsive. It lives on, and so do its jobs. */
export function recordUnresponsive(
  { jobs, incidents, log, commandFor }: DeathSinks,
  context: UnresponsiveContext,
): Incident {
  const { unresponsiveMs } = context
  const silence = unresponsiveMs === null ? [] : [`no heartbeat for ${Math.round(unresponsiveMs / 1_000)} s`]
  const { memory, profiles, topAllocators, stacks, words, stuck, stack, node } = context.evidence
  const suspects = { topAllocators, stuck, node, oom: false, error: null, crashed: null, errorLine: null }
  const fingerprint = fingerprintOf('unresponsive', culpritOf(suspects))
  const before = incidents.before(fingerprint)
  const restart = { decision: 'none', delayMs: null, deathsInWindow: 0, reason: 'it lives on' } as const
  const advice = advise({
    ...{ cause: 'unresponsive', oom: false, confidence: 'proven', errorLine: null, isWorkerHeap: false },
    ...{ ...context.evidence, ...context, before, restart, lost: [], returning: 0 },
    stuckIn: placeOf(stuck),
  })
  const incident: Incident = {
    schema: 1,
    id: incidentId(context.at, Math.random()),
    at: new Date(context.at).toISOString(),
    cause: 'unresponsive',
    oom: false,
    confidence: 'proven',
    evidence: [...words.map(scrub), ...silence],
    advice: advice.map(scrub),
    ...{ before, fingerprint, errorStack: asRecordedStack(stack), runtimeId: context.runtimeId },
    ...appTags.recordedAt(context.at),
    lastWords: context.lastWords,
    errorLine: null,
    exitCode: null,
    reason: null,
    pid: context.pid,
    uptimeMs: null,
    node,
    memory,
    profiles,
    topAllocators,
    stacks,
    jobIds: jobs.openJobIds(context.generation).slice(0, MAX_JOB_IDS),
    restart,
    ...readSurroundings(context.appVersion),
    reported: false,
  }
  incidents.write(incident)
  log.error(describeIncident(incident, commandFor?.(incident.id)))
  return incident
}
