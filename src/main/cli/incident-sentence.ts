import { duration, percent } from '../../common/output/units'
import type { Cause } from '../backend/cause'
import { type Incident, isAlive } from '../records/incidents/incident'
import type { FailedJob } from '../records/jobs/failed-job'
import { jobTitle } from './job-words'

/** Tells in one sentence what happened: who, what, after how long, during which job, what was lost, what followed. */
export function incidentSentence(incident: Incident, failedJobs: readonly FailedJob[]): string {
  const alive = isAlive(incident)
  const who = isEngine(incident) ? "Studio's engine" : 'The Studio backend'
  const after = incident.uptimeMs === null ? '' : ` after ${duration(incident.uptimeMs)}`
  const job = jobAtWork(incident, failedJobs)
  const during =
    job === null
      ? ''
      : ` during ${jobTitle(job)}${job.progress === null ? '' : ` at ${percent(job.progress)}`}`
  const lost = jobsLost(incident, alive)
  const next = alive ? ' It went on.' : ` ${whatFollowed(incident.restart)}`
  return `${who} ${verb(incident)}${after}${during}${lost}.${next}`
}

/** The job that ran when it happened; `null` where none did, and where its record is gone. */
export function jobAtWork({ id }: Incident, failedJobs: readonly FailedJob[]): FailedJob | null {
  return failedJobs.find(({ incidentId, state }) => incidentId === id && state === 'running') ?? null
}

export function isEngine({ memory, node, stacks }: Incident): boolean {
  return node !== null || stacks.length > 0 || memory.processes.some(({ role }) => role === 'engine')
}

function jobsLost({ jobIds: { length } }: Incident, alive: boolean): string {
  if (length === 0) return ''
  const jobs = length === 1 ? '1 job' : `${length} jobs`
  return alive ? `; ${jobs} under way` : `; ${jobs} lost`
}

/** The decision as it was made: whether the restart came, the record does not say. */
function whatFollowed({ decision, delayMs, reason }: Incident['restart']): string {
  switch (decision) {
    case 'restart':
      return delayMs ? `It was set to restart in ${duration(delayMs)}.` : 'It was set to restart at once.'
    case 'give-up':
      return `It was not to be restarted: ${reason}.`
    case 'none':
      return 'It was not to be restarted.'
  }
}

function verb({ cause, confidence, oom }: Incident): string {
  const isSuspected = confidence === 'suspected'
  if (NAMES_MEMORY.has(cause))
    return isSuspected ? VERBS[cause].replace(/^(was )?/, '$1probably ') : VERBS[cause]
  return `${VERBS[cause]}${oom ? `, ${isSuspected ? 'probably ' : ''}for want of memory,` : ''}`
}

const NAMES_MEMORY: ReadonlySet<Cause> = new Set(['heap-out-of-memory', 'memory-limit', 'kernel-oom-kill'])

const VERBS: Readonly<Record<Cause, string>> = {
  'heap-out-of-memory': 'ran out of JavaScript heap',
  'memory-limit': 'went over the memory limit and was stopped',
  'kernel-oom-kill': "was killed by the system's out-of-memory killer",
  killed: 'was killed from outside',
  crash: 'crashed',
  unresponsive: 'stopped responding',
  'error-exit': 'exited with an error',
  'launch-failed': 'could not start',
  'app-killed': 'ended when the app itself was killed',
  'job-error': 'went on while a job failed',
}
