import os from 'node:os'
import path from 'node:path'
import { app } from 'electron'
import { dataPaths, ensureFolder } from '../../common/storage/data-folder'
import { isChromiumsLockHeld } from './app-running'
import { isElectronsApp } from './electrons-app'
import { takeKernelLock } from './kernel-lock'
import { StartError } from './start-error'

/** A Unix socket's path takes so many bytes (unix(7)); Chromium ends the process where its own is longer. */
const MAX_SOCKET_PATH = 107
/** The folder in which Chromium puts its lock, in the temporary folder (`process_singleton_posix.cc`). */
const CHROMIUMS_SOCKET = '.org.chromium.Chromium.XXXXXX/SingletonSocket'

export interface ClaimedFolder {
  /** One line each, of what could not be had, or stood in the way. */
  readonly notes: readonly string[]
  readonly release: () => void
}

/**
 * Makes the data folder, and sure that no other app has it: two would write one journal and take each other's jobs for
 * lost. The app runs unlocked, and says so, on a disk that takes no files.
 * @throws {StartError} when another app has it
 */
export function claimDataFolder(dataFolder: string): ClaimedFolder {
  const inTheWay = makeDataFolder(dataFolder)
  const lock = takeKernelLock(dataPaths(dataFolder).lock)
  if (lock.state === 'held') throw StartError.alreadyRunning(dataFolder, lock.owner)
  const release = lock.state === 'taken' ? lock.release : () => {}
  // An embedding app decides for itself whether it wants Electron's.
  if (isElectronsApp(__dirname) && !hasElectronsLock() && isChromiumsLockHeld(path.dirname(dataFolder))) {
    release()
    throw StartError.alreadyRunning(dataFolder, null)
  }
  return {
    notes: [...inTheWay, ...(lock.state === 'taken' ? [] : [unlocked(dataFolder, lock.why)])],
    release,
  }
}

/** @returns a note of what stood in its place; where it cannot be made, the lock says why */
function makeDataFolder(dataFolder: string): string[] {
  try {
    const movedTo = ensureFolder(dataFolder, Date.now())
    return movedTo === null
      ? []
      : [`something else stood in the place of the data folder ${dataFolder}: it was set aside, ${movedTo}`]
  } catch {
    return []
  }
}

/**
 * The app that has Electron's lock is the one that runs, also where ours cannot be had. Electron says as well that it is
 * another's where it cannot make it: on a disk that takes no files or no links, beside a file of that name.
 */
function hasElectronsLock(): boolean {
  const fits = Buffer.byteLength(path.join(os.tmpdir(), CHROMIUMS_SOCKET)) <= MAX_SOCKET_PATH
  return process.platform === 'win32' || fits ? app.requestSingleInstanceLock() : true
}

function unlocked(dataFolder: string, why: string): string {
  return `the data folder ${dataFolder} cannot be locked (${why}): a second app that uses it would not be noticed`
}
