import { closeSync, openSync, readlinkSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { errorCode } from '../../common/storage/errors'

/**
 * True if an app uses this data folder, by the lock that Chromium holds for it (`process_singleton_posix.cc`:
 * a link to `host-pid`; `process_singleton_win.cc`: a file that nobody else may open).
 */
export function isAppRunning(dataFolder: string): boolean {
  return process.platform === 'win32'
    ? isHeld(path.join(dataFolder, 'lockfile'))
    : isOwned(path.join(dataFolder, 'SingletonLock'))
}

function isOwned(link: string): boolean {
  try {
    const [, host, pid] = /^(.*)-(\d+)$/.exec(readlinkSync(link)) ?? []
    return host === os.hostname() && isAlive(Number(pid))
  } catch {
    return false
  }
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
