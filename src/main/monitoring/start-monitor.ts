import path from 'node:path'
import { dataFolderIn, dataPaths } from '../../common/storage/data-folder'
import { outsideTraces } from '../../common/tracing/tracer'
import { type BackendOptions, chooseBackend } from '../backend/choice'
import { prepareEngineStart } from '../backend/engine/preflight'
import type { SupervisorState } from '../backend/supervisor-state'
import { ownDataFolder } from '../records/data-folder-version'
import type { Incident } from '../records/incidents/incident'
import type { FailedJob } from '../records/jobs/failed-job'
import { restrictFolderToOwner, restrictToOwner } from '../settings/restrict-to-owner'
import { claimDataFolder } from '../startup/claim-data-folder'
import { StartError, startableEntry } from '../startup/start-error'
import { boot, origins, settings, settingsFolder } from '../startup/tracer'
import { existingUserData } from '../startup/user-data'
import { StudioMonitor, type StudioMonitorEvents } from './studio-monitor'

export type { FailedJob, Incident, StudioMonitorEvents, SupervisorState }
export { StartError, StudioMonitor }

export type StudioMonitorOptions = BackendOptions

/** Two monitors would write one journal; the lock of the data folder is held against other processes only. */
let isStarted = false

/**
 * Starts the Studio backend under the monitor, once per app; before the app is ready, as soon as it is. Never waits for that
 * itself: what an ES module main awaits at its top level keeps the app from getting ready.
 * @throws {StartError} when there is no backend to start, no data folder, or another app has the same one
 */
export async function startStudioMonitor(options: StudioMonitorOptions = {}): Promise<StudioMonitor> {
  const engineRunner = path.join(__dirname, '../preload/engine.cjs')
  const choice = chooseBackend({ settings, origins, options, engineRunner })
  const entry = startableEntry(choice.entry)
  const dataFolder = dataFolderIn(existingUserData())
  if (isStarted) throw StartError.startedTwice()
  const claimed = claimDataFolder(dataFolder)
  isStarted = true
  restrictFolderToOwner(dataFolder)
  restrictToOwner(dataPaths(settingsFolder).settings)
  try {
    const { folder, refusal, notes: beside } = ownDataFolder(dataFolder)
    const notes = choice.engine ? await prepareEngineStart(choice.engine, folder) : []
    const all = [...choice.notes, ...notes, ...beside, ...claimed.notes]
    return outsideTraces(boot.tracer, () =>
      StudioMonitor.start({ ...choice, notes: all, entry, dataFolder: folder, refusal }),
    )
  } catch (error) {
    isStarted = false
    claimed.release()
    throw error
  }
}
