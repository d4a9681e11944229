import fs from 'node:fs'

const OTHERS = 0o077
const WRITTEN_BY_OTHERS = 0o022

/**
 * Makes a file private to its owner, as all else in the data folder is: an editor leaves it open to others. A
 * missing file, a link, another user's file, and one that others can write stay as they are: what others may have
 * written in it must not be obeyed from the next start on. Never throws.
 */
export function restrictToOwner(file: string, uid = process.getuid?.()): void {
  restrict(file, uid, (stats) => stats.isFile() && (stats.mode & WRITTEN_BY_OTHERS) === 0)
}

/** Makes the data folder private to its owner, as one is that we have made ourselves. Never throws. */
export function restrictFolderToOwner(folder: string, uid = process.getuid?.()): void {
  restrict(folder, uid, (stats) => stats.isDirectory())
}

function restrict(name: string, uid: number | undefined, isMeant: (stats: fs.Stats) => boolean): void {
  try {
    const stats = fs.lstatSync(name)
    // Windows has no uids, and a mode says nothing there.
    if (!isMeant(stats) || stats.uid !== uid || (stats.mode & OTHERS) === 0) return
    fs.chmodSync(name, stats.mode & ~OTHERS)
  } catch {
    // The mode cannot be changed: a key in the file is reported.
  }
}
