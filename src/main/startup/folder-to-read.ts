import { lstatSync, statSync } from 'node:fs'
import { dataFolderIn } from '../../common/storage/data-folder'

/** Chromium's switch that names the user data folder, without its dashes. */
export const USER_DATA_SWITCH = 'user-data-dir'

export interface FolderToRead {
  readonly folder: string
  /** Why nothing can be read there, in one line; `null` where it can. */
  readonly missing: string | null
}

/**
 * The data folder in a user data folder, for a command. Changes nothing. Never throws.
 * @param isNew true where the user data folder was made by this start, and holds nothing
 * @param isAsked true where the command line names it
 */
export function folderToRead(
  userData: string,
  { isNew, isAsked }: { readonly isNew: boolean; readonly isAsked: boolean },
): FolderToRead {
  const folder = dataFolderIn(userData)
  if (!isNew && isFolder(folder)) return { folder, missing: null }
  const what = isFolder(userData) ? null : whatIsThere(userData)
  if (what !== null) return { folder, missing: `the user data folder ${userData} ${what}` }
  const hint = isAsked ? '' : `, or --${USER_DATA_SWITCH}=DIR names another user data folder`
  return {
    folder,
    missing: `the data folder ${folder} ${whatIsThere(folder) ?? 'does not exist'}: the first start makes it${hint}`,
  }
}

/** The answer to a switch without a name. */
export function unnamedFolder(defaultUserData: string): FolderToRead {
  return {
    folder: dataFolderIn(defaultUserData),
    missing: `--${USER_DATA_SWITCH} names no folder: --${USER_DATA_SWITCH}=DIR does`,
  }
}

export function isFolder(folder: string): boolean {
  return statSyncOrNull(folder)?.isDirectory() ?? false
}

/** The thing that stands in the folder's place, in words; `null` for nothing that can be seen. */
export function whatIsThere(folder: string): string | null {
  if (statSyncOrNull(folder)) return 'is no folder'
  try {
    return lstatSync(folder).isSymbolicLink() ? 'is a link that leads nowhere' : null
  } catch {
    return null
  }
}

function statSyncOrNull(file: string) {
  try {
    return statSync(file)
  } catch {
    return null
  }
}
