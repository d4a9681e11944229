import { failedJob } from '../../records/jobs/testing/samples'
import { temporaryFolder } from '../../records/jobs/testing/temporary-folder'
import { incident } from './incident-sample'
import { writeFailedJobs, writeIncident } from './run'

/** The newest of them. */
export const NEW = incident()
/** The death after which the backend was given up. */
export const OLD = incident({
  id: '20261121-100000-aaaa',
  at: '2026-11-21T10:00:00.000Z',
  cause: 'killed',
  confidence: 'suspected',
  jobIds: [],
  restart: { decision: 'give-up', delayMs: null, deathsInWindow: 6, reason: '6 of 5 deaths within 600 s' },
})
/** The first, an exit with an error. */
export const OLDEST = incident({
  id: '20261121-095500-bbbb',
  at: '2026-11-21T09:55:00.000Z',
  cause: 'error-exit',
  oom: false,
  restart: { decision: 'restart', delayMs: 2_000, deathsInWindow: 2, reason: '6 of 5 deaths within 600 s' },
})

/** A data folder with the three, and two jobs that were lost. */
export function folderWithIncidents(): string {
  const folder = temporaryFolder()
  for (const one of [NEW, OLD, OLDEST]) writeIncident(folder, one)
  writeFailedJobs(folder, [
    failedJob(1, {
      jobId: 'job-1',
      name: 'Upscale portrait',
      durationMs: 12_400,
      progress: 0.4,
      incidentId: NEW.id,
    }),
    failedJob(2, { jobId: 'job-2', name: 'of another death', incidentId: OLD.id }),
  ])
  return folder
}
