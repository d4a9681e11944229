import { errorMessage } from '../../common/storage/errors'
import type { Log } from '../logging/log'
import type { Incident } from '../records/incidents/incident'
import type { BeforeRestart } from './restart-hook'

/** Asks the app. Never rejects: an app that fails, or does not answer, has its backend back. */
export async function mayRestart(
  ask: BeforeRestart,
  incident: Incident,
  log: Log,
  deadlineMs: number,
): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), deadlineMs)
  })
  try {
    const answer = await Promise.race([Promise.resolve().then(() => ask(incident)), late])
    if (answer === false)
      log.warn('the backend is not started again: beforeRestart of the app answered false')
    if (answer === 'late')
      log.warn(
        `beforeRestart of the app did not answer within ${deadlineMs / 1_000} s: the backend is started again`,
      )
    return answer !== false
  } catch (error) {
    log.error(`beforeRestart of the app threw: ${errorMessage(error)}; the backend is started again`)
    return true
  } finally {
    clearTimeout(timer)
  }
}
