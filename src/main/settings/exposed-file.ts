import fs from 'node:fs'
import path from 'node:path'

const READABLE_BY_OTHERS = 0o044
const ENTERED_BY_OTHERS = 0o011

/** Whether other users of the machine can read a file, as far as modes tell. Never throws. */
export function isExposed(file: string, platform: NodeJS.Platform = process.platform): boolean {
  // There the folder of a user is the user's, and a mode says nothing.
  if (platform === 'win32') return false
  try {
    if ((fs.statSync(file).mode & READABLE_BY_OTHERS) === 0) return false
    return foldersOf(fs.realpathSync(file)).every(
      (folder) => (fs.statSync(folder).mode & ENTERED_BY_OTHERS) !== 0,
    )
  } catch {
    return false
  }
}

function foldersOf(file: string): string[] {
  const folder = path.dirname(file)
  return folder === file ? [] : [folder, ...foldersOf(folder)]
}
