import type { Death } from '../backend/supervisor'
import type { JobRecords } from '../jobs/job-records'
import type { Log } from '../log'
import { buildIncident, incidentId } from './build-incident'
import type { Incident } from './incident'
import type { IncidentStore } from './incident-store'
import { incidentInWords } from './incident-words'
import { readSurroundings } from './surroundings'

export interface Records {
  readonly jobs: JobRecords
  readonly incidents: IncidentStore
  readonly log: Log
}

export interface DeathContext {
  /** Which start of the backend it was. */
  readonly generation: number
  /** Wall clock, milliseconds since the epoch. */
  readonly at: number
  readonly appVersion: string
  /** In bytes; `null` when off. */
  readonly memoryLimitBytes: number | null
}

/** Writes one death down: its jobs first, then the incident. Both are on disk, if it takes any, when this returns. */
export function recordDeath(
  death: Death,
  { jobs, incidents, log }: Records,
  context: DeathContext,
): Incident {
  const { at, generation, memoryLimitBytes } = context
  const id = incidentId(at, Math.random())
  const { cause, oom } = death.explanation
  const error = death.evidence.launchError ?? death.evidence.uncaught
  const lost = jobs.backendDied(generation, { at, cause, oom, incidentId: id, error })
  const incident = buildIncident(death, {
    id,
    at,
    jobIds: lost.map((job) => job.jobId),
    memoryLimitBytes,
    surroundings: readSurroundings(context.appVersion),
  })
  incidents.write(incident)
  log.error(incidentInWords(incident))
  return incident
}
