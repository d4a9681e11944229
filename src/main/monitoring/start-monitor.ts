import type { EnvironmentChanges } from '../backend/choice'
import type { RestartChange } from '../backend/restart-change'
import type { StopTimes } from '../backend/stop-times'
import type { SupervisorState } from '../backend/supervisor-state'
import type { Incident } from '../records/incidents/incident'
import type { FailedJob } from '../records/jobs/failed-job'
import type { GivenSettings } from '../settings/given-settings'
import { StartError } from '../startup/start-error'
import type { StudioMonitorEvents } from './events'
import type { StudioMonitorOptions } from './options'
import { StudioMonitor } from './studio-monitor'

export type { Consent } from '../../common/privacy/consent'
export type { OutputEvent } from '../backend/output-event'
export type { AppLogger } from '../logging/app-logger-shape'
export { type EventWindow, type ForwardOptions, forwardToWindow } from './forward-events'
export type { IncidentProfiles, ProfileFile } from './incident-profiles'
export type { JobEvent, JobEventState } from './jobs/job-event'
export type { BeforeRestart } from './restart-hook'
export type { Health, MemoryStatus, MonitorStatus } from './status/status'
export type { StudioUser } from './user'
export type {
  EnvironmentChanges,
  FailedJob,
  GivenSettings,
  Incident,
  RestartChange,
  StopTimes,
  StudioMonitorEvents,
  StudioMonitorOptions,
  SupervisorState,
}
export { StartError, StudioMonitor }

/**
 * Starts the Studio backend under the monitor, one at a time; before the app is ready, as soon as it is. Never waits for that
 * itself: what an ES module main awaits at its top level keeps the app from getting ready.
 * @throws {StartError} when there is no backend to start, no data folder, another app has the same one, a monitor runs
 *   already, an option cannot be used, or the app quits
 */
export async function startStudioMonitor(options: StudioMonitorOptions = {}): Promise<StudioMonitor> {
  return StudioMonitor.start(options)
}
