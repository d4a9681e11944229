import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { writeFully } from './write-fully'

/** The temporary files of electron-store's writer (`atomically`); ours are named alike. */
const TEMPORARY = /^(.+)\.tmp-\d{10}[0-9a-f]{6}$/

/**
 * Replaces a file as a whole: after a crash at any moment there is the old content or the new one; after a loss of power too,
 * unless `flush` is false, which does not wait for the disk.
 * @throws the system's error; the old file is then untouched and the temporary one removed
 */
export function writeFileAtomic(path: string, data: string | Uint8Array, { flush = true } = {}): void {
  const temporary = temporaryName(path)
  try {
    const fd = openSync(temporary, 'wx', 0o600)
    try {
      writeFully(fd, typeof data === 'string' ? Buffer.from(data) : data)
      if (flush) fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
  if (flush) syncFolder(dirname(path))
}

/** A temporary name beside `path` that `removeOrphans` recognises. */
export function temporaryName(path: string): string {
  // No secret, and not worth loading all of crypto at the start: what has the name already makes the writer fail.
  const chance = Math.floor(Math.random() * 2 ** 24)
  return `${path}.tmp-${Date.now().toString().slice(-10)}${chance.toString(16).padStart(6, '0')}`
}

/** Makes names in a folder survive a power loss. Windows has no such call and needs none. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const fd = openSync(folder, 'r')
  try {
    fsyncSync(fd)
  } catch {
    // Some file systems (network, FUSE) refuse to flush a folder: the rename itself has happened.
  } finally {
    closeSync(fd)
  }
}

/**
 * Removes the temporary files of a killed writer. Only for the process that owns the folder, before it
 * writes.
 * @param belongs says by the final name whether a temporary file is ours
 * @returns how many were removed; a folder or a file that cannot be accessed counts as none
 */
export function removeOrphans(folder: string, belongs: (finalName: string) => boolean): number {
  let removed = 0
  for (const name of namesIn(folder)) {
    const finalName = TEMPORARY.exec(name)?.[1]
    if (finalName === undefined || !belongs(finalName)) continue
    try {
      rmSync(join(folder, name))
      removed++
    } catch {
      // It is read-only for now: the next start finds it again.
    }
  }
  return removed
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
