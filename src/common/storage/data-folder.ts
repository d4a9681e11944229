import { accessSync, constants, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { errorCode } from './errors'
import { makeFolder } from './make-folder'
import { isThere, setAside } from './set-aside'

/** The name of the monitor's folder among an app's own files. It is part of the contract. */
const NAME = 'studio-monitor'

/** The data folder: what the monitor keeps lies there and nowhere else in the app's user data folder. */
export function dataFolderIn(userDataFolder: string): string {
  return join(userDataFolder, NAME)
}

/** The paths of all that the monitor keeps. The names are part of the contract. */
export function dataPaths(dataFolder: string) {
  return {
    lock: join(dataFolder, 'lock'),
    settings: join(dataFolder, 'settings.json'),
    effectiveSettings: join(dataFolder, 'effective-settings.json'),
    installationId: join(dataFolder, 'installation-id'),
    failedJobs: join(dataFolder, 'failed-jobs.json'),
    journal: join(dataFolder, 'journal'),
    incidents: join(dataFolder, 'incidents'),
    profiles: join(dataFolder, 'profiles'),
    unsent: join(dataFolder, 'unsent'),
    crashes: join(dataFolder, 'crashes'),
    logs: join(dataFolder, 'logs'),
    engineProbe: join(dataFolder, 'engine-probe'),
    engine: join(dataFolder, 'engine.json'),
    consent: join(dataFolder, 'consent.json'),
    needs: join(dataFolder, 'needs.json'),
    status: join(dataFolder, 'status.json'),
  } as const
}

/**
 * Makes sure that a folder exists, readable by its owner alone when it is new. Anything else of that name (a
 * file, a broken link, another user's folder that we cannot use) is moved aside.
 * @param now milliseconds since the epoch
 * @returns where the thing in the way went, `null` when there was none
 * @throws the system's error when the folder cannot be made
 */
export function ensureFolder(path: string, now: number): string | null {
  const inTheWay = isThere(path) && (!isFolder(path) || isClosed(path))
  const movedTo = inTheWay ? setAside(path, now) : null
  makeFolder(path, 0o700)
  return movedTo
}

/** Errors of a link whose target cannot exist: its path leads through a file, or through itself. */
const LEADS_NOWHERE: readonly (string | null)[] = ['ENOTDIR', 'ELOOP']

function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
  } catch (error) {
    if (LEADS_NOWHERE.includes(errorCode(error))) return false
    throw error
  }
}

/**
 * True if it belongs to another user and cannot be used, within a folder of our own, as a start with sudo
 * leaves it.
 */
function isClosed(path: string): boolean {
  const uid = process.getuid?.()
  if (uid === undefined || statSync(path).uid === uid || statSync(dirname(path)).uid !== uid) return false
  try {
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK)
    return false
  } catch (error) {
    return errorCode(error) === 'EACCES'
  }
}
