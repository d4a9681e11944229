import path from 'node:path'
import type { Consent } from '../../common/privacy/consent'
import { hideAlso } from '../../common/privacy/scrubber'
import { dataFolderIn, dataPaths } from '../../common/storage/data-folder'
import { errorMessage } from '../../common/storage/errors'
import { outsideTraces } from '../../common/tracing/tracer'
import { type BackendOptions, chooseBackend } from '../backend/choice'
import { prepareEngineStart } from '../backend/engine/preflight'
import type { Log } from '../logging/log'
import { ownDataFolder } from '../records/data-folder-version'
import { writeEffectiveSettings } from '../settings/effective-settings'
import { restrictFolderToOwner, restrictToOwner } from '../settings/restrict-to-owner'
import { claimDataFolder } from '../startup/claim-data-folder'
import { keepInstallationId } from '../startup/installation-id'
import { StartError, startableEntry } from '../startup/start-error'
import {
  applySettings,
  boot,
  installation,
  listing,
  origins,
  problems,
  settings,
  settingsFolder,
  tracedEnvironment,
} from '../startup/tracer'
import { existingUserData, whyUnusable } from '../startup/user-data'
import { ConsentKeeper } from './consent-keeper'
import { keptSecrets } from './instance/backend-environment'
import { type StudioMonitorOptions, stopTimesOf } from './options'
import { BEFORE_RESTART_MS } from './restart-hook'
import { MonitorSession } from './session'
import type { SessionContext, StartableBackend } from './session-context'

/** A session, and what its data folder is held by. */
export interface OpenSession {
  readonly session: MonitorSession
  readonly release: () => void
}

export interface SessionPorts extends Pick<SessionContext, 'announce' | 'isHeard'> {
  /** The app's answer, whether anything may leave, as it is when the data folder is opened. */
  readonly consent: () => Consent
}

/**
 * Opens a session and starts its backend.
 * @param signal aborted when it is no longer wanted: nothing is started then
 * @throws {StartError} when there is no backend to start, no data folder, or another app has the same one
 */
export async function openSession(
  options: StudioMonitorOptions,
  { announce, isHeard, consent }: SessionPorts,
  signal: AbortSignal,
): Promise<OpenSession> {
  applySettings(options.settings)
  // The tracer's bundle has a scrubber of its own.
  hideAlso(keptSecrets(tracedEnvironment()))
  const backend = startableBackend(options)
  const dataFolder = dataFolderOf(options)
  const claimed = claimDataFolder(dataFolder)
  restrictFolderToOwner(dataFolder)
  keepInstallationId(dataFolder, installation, Date.now())
  restrictToOwner(dataPaths(settingsFolder).settings)
  try {
    const { folder, refusal, notes: beside } = ownDataFolder(dataFolder)
    const notes = backend.engine ? await prepareEngineStart(backend.engine, folder) : []
    if (signal.aborted) throw StartError.quitting()
    const keeper = new ConsentKeeper(folder, consent())
    const all = [...backend.notes, ...notes, ...beside, ...claimed.notes, ...keeper.notes]
    const session = outsideTraces(boot.tracer, () => {
      const opened = new MonitorSession({
        backend: { ...backend, notes: all },
        dataFolder: folder,
        isOwnFolder: options.dataFolder === undefined,
        refusal,
        stopTimes: stopTimesOf(options),
        beforeRestart: options.beforeRestart ?? null,
        beforeRestartMs: options.beforeRestartMs ?? BEFORE_RESTART_MS,
        logger: options.logger ?? null,
        consent: keeper,
        announce,
        isHeard,
      })
      opened.start()
      // While the backend's process starts.
      noteSettings(folder, opened.log)
      return opened
    })
    return { session, release: claimed.release }
  } catch (error) {
    claimed.release()
    throw error
  }
}

/** Writes down the settings that count now, for `doctor`. */
function noteSettings(folder: string, log: Log): void {
  try {
    const at = new Date().toISOString()
    const path = dataPaths(folder).effectiveSettings
    writeEffectiveSettings(path, { at, pid: process.pid, settings: listing(), problems })
  } catch (error) {
    log.warn('effective-settings.json cannot be written: doctor shows what it reads itself', {
      error: errorMessage(error),
    })
  }
}

/** The backend that these options and the settings name. @throws {StartError} if it cannot be started */
export function startableBackend(options: BackendOptions): StartableBackend {
  const engineRunner = path.join(__dirname, '../preload/engine.cjs')
  const choice = chooseBackend({ settings, origins, options, engineRunner })
  return { ...choice, entry: startableEntry(choice.entry, choice.cwd) }
}

/** @throws {StartError} where it cannot be had */
function dataFolderOf({ dataFolder }: StudioMonitorOptions): string {
  if (dataFolder === undefined) return dataFolderIn(existingUserData())
  const folder = path.resolve(dataFolder)
  const why = whyUnusable(folder)
  if (why === null) return folder
  throw StartError.badOption(
    'startStudioMonitor: dataFolder',
    `${folder}, which ${why}`,
    'a folder that is there or can be made',
  )
}
