import { readdirSync, rmdirSync, statSync } from 'node:fs'
import path from 'node:path'

/**
 * A process's start and a folder's birth are exact to 10 and 4 ms; Chromium makes the data folder 180 to 330 ms after
 * the start of the process (measured), what started that may have made one just before. In milliseconds.
 */
const AFTER_START_MS = 20
/** Folders that were made in one go are not further apart, in milliseconds. */
const IN_ONE_GO_MS = 10

/**
 * Takes an empty folder away that has been made since this process began, with those above it that were made in the
 * same go: Chromium makes the data folder that it is asked for before any JavaScript runs, also for a command that only
 * reads. Never throws.
 * @param startedAt this process's start, in milliseconds since the epoch
 * @returns whether the folder was one
 */
export function removeIfMadeSince(startedAt: number, folder: string): boolean {
  const bornAt = removeIfEmptySince(startedAt + AFTER_START_MS, folder)
  if (bornAt === null) return false
  let above = path.dirname(folder)
  while (removeIfEmptySince(bornAt - IN_ONE_GO_MS, above) !== null) above = path.dirname(above)
  return true
}

/** @returns when it was made; `null` when it stays */
function removeIfEmptySince(from: number, folder: string): number | null {
  try {
    const { birthtimeMs, ctimeMs } = statSync(folder)
    // A file system that knows no birth says 0.
    const bornAt = birthtimeMs || ctimeMs
    if (bornAt < from || readdirSync(folder).length > 0) return null
    rmdirSync(folder)
    return bornAt
  } catch {
    return null
  }
}
