import { describeCause } from '../../backend/cause'
import { shortCulprit } from './culprit-words'
import { type Incident, isAlive } from './incident'

/**
 * Describes one death in one line, for the log.
 * @param command what a person types to see all of it; `null` where there is none
 */
export function describeIncident(incident: Incident, command: string | null = null): string {
  const { id, cause, evidence, jobIds, restart } = incident
  const alive = isAlive(incident)
  const what = alive ? 'under way' : 'lost'
  const jobs = jobIds.length === 0 ? '' : `; jobs ${what}: ${jobIds.length}`
  const next = alive ? '' : `; ${whatFollows(restart)}`
  const culprit = shortCulprit(incident)
  const who = culprit === null ? '' : `; ${culprit}`
  const more = command === null ? '' : `: ${command}`
  return `the backend ${alive ? '' : 'died: '}${describeCause(cause)} (${evidence[0] ?? 'no evidence'})${who}${jobs}${next}; incident ${id}${more}`
}

function whatFollows({ decision, delayMs, reason }: Incident['restart']): string {
  return decision === 'restart'
    ? `restarting ${inWords(delayMs ?? 0)}`
    : `not restarted automatically: ${reason}`
}

function inWords(delayMs: number): string {
  return delayMs === 0 ? 'now' : `in ${(delayMs / 1000).toFixed(1)} s`
}
