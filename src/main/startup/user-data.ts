import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { app } from 'electron'
import { errorMessage } from '../../common/storage/errors'
import { StartError } from './start-error'

/**
 * Electron's `userData`, or the path it would have. Electron creates the folder when asked for its path, and
 * throws if it cannot; it ends with SIGTRAP once it is ready, unless the app has set another folder before.
 * Never throws.
 */
export function userDataFolder(): string {
  try {
    return app.getPath('userData')
  } catch {
    return app.commandLine.getSwitchValue('user-data-dir') || path.join(app.getPath('appData'), app.getName())
  }
}

/**
 * The existing `userData` folder.
 * @throws {StartError} if it is missing and cannot be created
 */
export function existingUserData(): string {
  const folder = userDataFolder()
  try {
    mkdirSync(folder, { recursive: true })
    return folder
  } catch (error) {
    throw StartError.noDataFolder(folder, errorMessage(error))
  }
}
