import { createHash, randomUUID } from 'node:crypto'
import { realpathSync } from 'node:fs'

/** A value for `BACKEND_MARKER`: names one run of the backend, and whose it is. */
export function newRunMarker(dataFolder: string): string {
  return `${randomUUID()}-${ownerOf(dataFolder)}`
}

/** Whether a run was started by an app with this data folder. */
export function isRunOf(dataFolder: string, marker: string): boolean {
  return marker.endsWith(`-${ownerOf(dataFolder)}`)
}

/** Shorter than the path, and without the user's name in it. */
function ownerOf(dataFolder: string): string {
  return createHash('sha256').update(realPath(dataFolder)).digest('hex').slice(0, 12)
}

function realPath(folder: string): string {
  try {
    return realpathSync.native(folder)
  } catch {
    return folder
  }
}
