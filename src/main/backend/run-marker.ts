import { createHash, randomUUID } from 'node:crypto'
import { realpathSync } from 'node:fs'

/** Makes a value for `BACKEND_MARKER`: it identifies one run of the backend, and its owner. */
export function newRunMarker(dataFolder: string): string {
  return `${randomUUID()}-${ownerOf(dataFolder)}`
}

/** True if the run was started by an app with this data folder. */
export function isRunOf(dataFolder: string, marker: string): boolean {
  return marker.endsWith(`-${ownerOf(dataFolder)}`)
}

/** Hashes the data folder: shorter than the path, and without the user's name in it. */
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
