import fs from 'node:fs'
import path from 'node:path'

const READABLE_BY_OTHERS = 0o044
const ENTERED_BY_OTHERS = 0o011

/** True if other users of the machine can read the file, by its mode. Never throws. */
export function isExposed(file: string, platform: NodeJS.Platform = process.platform): boolean {
  // On Windows a user's folder is closed to others, and a mode says nothing.
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
