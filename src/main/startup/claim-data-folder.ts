import os from 'node:os'
import path from 'node:path'
import { app } from 'electron'
import { isAppRunning } from './app-running'
import { lockFile, takeKernelLock } from './kernel-lock'
import { StartError } from './start-error'

/** A Unix socket's path takes so many bytes (unix(7)); Chromium ends the process where its own is longer. */
const MAX_SOCKET_PATH = 107
/** The folder in which Chromium puts its lock, in the temporary folder (`process_singleton_posix.cc`). */
const CHROMIUMS_SOCKET = '.org.chromium.Chromium.XXXXXX/SingletonSocket'

export interface ClaimedFolder {
  /** One line each, of what could not be had. */
  readonly notes: readonly string[]
  readonly release: () => void
}

/**
 * Makes sure that no other app has the data folder: two would write one journal and take each other's jobs for lost.
 * The app runs unlocked, and says so, on a disk that takes no files.
 * @throws {StartError} when another app has it
 */
export function claimDataFolder(dataFolder: string): ClaimedFolder {
  const lock = takeKernelLock(lockFile(dataFolder))
  if (lock.state === 'held') throw StartError.alreadyRunning(dataFolder, lock.owner)
  const release = lock.state === 'taken' ? lock.release : () => {}
  if (!hasElectronsLock() && isAppRunning(dataFolder)) {
    release()
    throw StartError.alreadyRunning(dataFolder, null)
  }
  return { notes: lock.state === 'taken' ? [] : [unlocked(dataFolder, lock.why)], release }
}

/**
 * An app of an older version has this one alone. Electron says as well that it is another's where it cannot make it: on a
 * disk that takes no files or no links, beside a file of that name.
 */
function hasElectronsLock(): boolean {
  const fits = Buffer.byteLength(path.join(os.tmpdir(), CHROMIUMS_SOCKET)) <= MAX_SOCKET_PATH
  return process.platform === 'win32' || fits ? app.requestSingleInstanceLock() : true
}

function unlocked(dataFolder: string, why: string): string {
  return `the data folder ${dataFolder} cannot be locked (${why}): a second app that uses it would not be noticed`
}
