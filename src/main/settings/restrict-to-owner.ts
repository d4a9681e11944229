import fs from 'node:fs'

const OTHERS = 0o077

/**
 * Makes a file private to its owner, as all else in the data folder is: an editor leaves it open to others. A
 * missing file, a link, and another user's file stay as they are. Never throws.
 */
export function restrictToOwner(file: string, uid: number | undefined = process.getuid?.()): void {
  try {
    const stats = fs.lstatSync(file)
    // Windows has no uids, and a mode says nothing there.
    if (!stats.isFile() || stats.uid !== uid || (stats.mode & OTHERS) === 0) return
    fs.chmodSync(file, stats.mode & ~OTHERS)
  } catch {
    // The mode cannot be changed: a key in the file is reported.
  }
}
