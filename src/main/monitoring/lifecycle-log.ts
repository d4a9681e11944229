import { app } from 'electron'
import { duration } from '../../common/output/units'
import { activeLogContext, type LogContext } from '../../common/tracing/log-context'
import { type BackendChoice, describeBackend } from '../backend/choice'
import { LOAD_MS } from '../backend/load-alarm'
import type { SupervisorState } from '../backend/supervisor-state'
import type { Log } from '../logging/log'
import type { OpenJob } from '../records/jobs/open-job'
import { describeWay } from '../settings/sending-way'
import { boot, problems, settings, settingsFolder, way } from '../startup/tracer'
import { describeSilence } from './consent-keeper'

interface StartupFacts extends Pick<BackendChoice, 'notes'> {
  readonly dataFolder: string
  readonly isOwnFolder: boolean
  readonly refusal: string | null
}

/** Logs the monitor's start. */
export function logStartup(log: Log, { dataFolder, isOwnFolder, notes, refusal }: StartupFacts): void {
  const name = `${app.getName()} ${app.getVersion()} on Electron ${process.versions.electron}`
  log.info(`${name}; data in ${dataFolder}; ${describeSilence() ?? describeWay(way)}`)
  for (const problem of [...problems, ...notes]) log.warn(problem)
  if (refusal) log.error(refusal)
  else if (isOwnFolder && settingsFolder !== dataFolder) {
    log.warn(
      `the data folder was changed after studio-datadog-monitor/register: settings came from ${settingsFolder}`,
    )
  }
  log.debug('the app is traced', { loadedBefore: boot.loadedBefore, codeCache: boot.codeCache })
  if (boot.failure) log.error(`the app is not traced: dd-trace did not start: ${boot.failure}`)
  if (boot.inactive) log.warn(`nothing is traced: dd-trace has no tracer (${boot.inactive})`)
}

/**
 * Logs the backend's state when it starts, runs, or is no longer restarted.
 * @param hopeless why no start can succeed; `null` where one may
 */
export function logState(
  log: Log,
  state: SupervisorState,
  backend: BackendChoice,
  pid: number | null,
  hopeless: string | null,
): void {
  if (state === 'starting') log.info(`starting the backend: ${describeBackend(backend)}`)
  if (state === 'running') log.info(`the backend is running, pid ${pid}`)
  if (state === 'gave-up' && hopeless !== null) log.error(`not restarting the backend: ${hopeless}`)
  else if (state === 'gave-up') {
    const { deaths, windowMs } = settings.STUDIO_RESTART_LIMIT
    log.error(
      `the backend died ${deaths} times within ${duration(windowMs)}: not restarting. Restart Studio to try again`,
    )
  }
}

/** Logs that the backend's entry has begun and is not done. */
export function logNotLoaded(log: Log, { entry }: BackendChoice): void {
  log.warn(
    `the backend's entry is not loaded after ${LOAD_MS / 1_000} s: ${entry} has begun and is not done, as with a top-level await that never ends; it is waited for`,
  )
}

function describeCancelled(givenUp: readonly OpenJob[]): string {
  const running = givenUp.filter(({ state }) => state === 'running').length
  const waiting = givenUp.length - running
  if (givenUp.length === 0) return 'no job was cancelled'
  const which =
    running === 0 ? ', which waited' : waiting === 0 ? '' : ` (running: ${running}, waiting: ${waiting})`
  return `${givenUp.length} ${givenUp.length === 1 ? 'job was' : 'jobs were'} cancelled${which}`
}

/** Logs the monitor's last line. */
export function logStopped(log: Log, givenUp: readonly OpenJob[]): void {
  log.info(`ended; ${describeCancelled(givenUp)}`)
}

/** The line about a backend that nothing ends. */
export function logOutlived(log: Log, pid: number): void {
  log.error(
    `the backend, process ${pid}, was killed and is still there: it is waited for no longer, and may hold its port and its memory until the system lets it go`,
  )
}

/** The ids that lead from one of the monitor's lines to the trace that is active now. */
export function logContext(): LogContext | null {
  return settings.DD_LOGS_INJECTION ? activeLogContext(boot.tracer) : null
}
