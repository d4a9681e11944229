import { closeSync, openSync, readlinkSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { dataPaths } from '../../common/storage/data-folder'
import { errorCode } from '../../common/storage/errors'
import { isLockHeld, lockOwner } from './kernel-lock'

/** True if an app uses this data folder, by the lock of ours, or by Chromium's where nothing can be locked. */
export function isAppRunning(dataFolder: string): boolean {
  return isLockHeld(dataPaths(dataFolder).lock) ?? isChromiumsLockHeld(path.dirname(dataFolder))
}

/**
 * True if an app that asks for Electron's single-instance lock runs on this user data folder, by the lock that Chromium
 * holds there (`process_singleton_posix.cc`: a link to `host-pid`; `process_singleton_win.cc`: a file that nobody else
 * may open).
 */
export function isChromiumsLockHeld(userData: string): boolean {
  return process.platform === 'win32'
    ? isHeld(path.join(userData, 'lockfile'))
    : isOwned(path.join(userData, 'SingletonLock'))
}

function isOwned(link: string): boolean {
  try {
    const [, host, pid] = /^(.*)-(\d+)$/.exec(readlinkSync(link)) ?? []
    return host === os.hostname() && isAlive(Number(pid))
  } catch {
    return false
  }
}

/** True if the process that wrote something into the data folder is the app that uses it now. */
export function isRunningApp(dataFolder: string, pid: number): boolean {
  if (!isAppRunning(dataFolder)) return false
  const owner = lockOwner(dataPaths(dataFolder).lock)
  return owner === null ? isAlive(pid) : owner === pid
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return errorCode(error) === 'EPERM'
  }
}

function isHeld(file: string): boolean {
  try {
    closeSync(openSync(file, 'r+'))
    return false
  } catch (error) {
    return errorCode(error) === 'EBUSY' || errorCode(error) === 'EPERM'
  }
}
