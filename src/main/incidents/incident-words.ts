import { causeInWords } from '../cause'
import type { Incident } from './incident'

/** One death in one line, for the log. */
export function incidentInWords({ id, cause, evidence, jobIds, restart }: Incident): string {
  const jobs = jobIds.length === 0 ? '' : `; jobs lost: ${jobIds.length}`
  const next = restart.decision === 'restart' ? `; it is started again ${inWords(restart.delayMs ?? 0)}` : ''
  return `the backend ${causeInWords(cause)} (${evidence[0] ?? 'no evidence'})${jobs}${next}; incident ${id}`
}

function inWords(delayMs: number): string {
  return delayMs === 0 ? 'at once' : `in ${(delayMs / 1000).toFixed(1)} s`
}
