import fs from 'node:fs'

const OTHERS = 0o077

/**
 * Closes a file to other users, as all else in the data folder is: a person's editor leaves it open. What is not there,
 * a link, and what belongs to somebody else stays as it is. Never throws.
 */
export function restrictToOwner(file: string, uid: number | undefined = process.getuid?.()): void {
  try {
    const stats = fs.lstatSync(file)
    // On Windows nobody has such a number, and a mode says nothing.
    if (!stats.isFile() || stats.uid !== uid || (stats.mode & OTHERS) === 0) return
    fs.chmodSync(file, stats.mode & ~OTHERS)
  } catch {
    // A mode that cannot be changed: a key in it is told of.
  }
}
