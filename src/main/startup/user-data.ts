import path from 'node:path'
import { app } from 'electron'
import { ownStart } from '../../common/process/own-start'
import { errorMessage } from '../../common/storage/errors'
import { makeFolder } from '../../common/storage/make-folder'
import {
  type FolderToRead,
  folderToRead,
  isFolder,
  USER_DATA_SWITCH,
  unnamedFolder,
  whatIsThere,
} from './folder-to-read'
import { removeIfMadeSince } from './made-folder'
import { StartError } from './start-error'

/**
 * Electron's `userData`, or where that would be. Electron makes the folder when asked for its path, and throws where it
 * cannot; it ends with SIGTRAP once it is ready, unless the app has named another folder before. A folder that was
 * asked for and cannot be had it replaces by its default, without a word: that one is never meant. Never throws.
 */
export function userDataFolder(): string {
  const asked = askedFolder()
  return asked !== null && !isFolder(asked) && !hasAppNamedAnother()
    ? asked
    : (electronsFolder() ?? defaultFolder())
}

/** @throws {StartError} when the folder is not there and cannot be made, or was asked for without a name */
export function existingUserData(): string {
  if (app.commandLine.hasSwitch(USER_DATA_SWITCH) && askedFolder() === null)
    throw StartError.unnamedDataFolder()
  const folder = userDataFolder()
  const why = whyUnusable(folder)
  if (why !== null) throw StartError.noDataFolder(folder, why)
  return folder
}

/**
 * The data folder of an app, for a command: nothing is made, and the user data folder is gone again where this start has
 * made it. Never throws.
 */
export function dataFolderToRead(): FolderToRead {
  if (app.commandLine.hasSwitch(USER_DATA_SWITCH) && askedFolder() === null)
    return unnamedFolder(defaultFolder())
  const userData = userDataFolder()
  const wasMade = removeIfMadeSince(ownStart(), userData)
  return folderToRead(userData, { isNew: wasMade, isAsked: askedFolder() !== null })
}

/** The folder that the command line asks for, resolved from the working folder as Chromium does; `null` without one. */
function askedFolder(): string | null {
  const asked = app.commandLine.getSwitchValue(USER_DATA_SWITCH)
  return asked === '' ? null : path.resolve(asked)
}

/** By `app.setPath`, before or since. */
function hasAppNamedAnother(): boolean {
  const named = electronsFolder()
  if (named !== defaultFolder()) return named !== null && named !== askedFolder()
  // Asking for it has made it, for nothing.
  removeIfMadeSince(ownStart(), named)
  return false
}

function electronsFolder(): string | null {
  try {
    return app.getPath('userData')
  } catch {
    return null
  }
}

function defaultFolder(): string {
  return path.join(app.getPath('appData'), app.getName())
}

/** Makes the folder where it is not there. @returns why it cannot be used, `null` when it can */
export function whyUnusable(folder: string): string | null {
  try {
    makeFolder(folder)
    return null
  } catch (error) {
    return whatIsThere(folder) ?? `is not there and cannot be made: ${errorMessage(error)}`
  }
}
