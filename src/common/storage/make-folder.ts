import { mkdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { errorCode } from './errors'

/**
 * Makes a folder and those above it, where they are not there. Node's own `recursive` never comes back where the system
 * says ENOENT of a folder whose parent is there, as below `/proc` (seen in Node 20).
 * @param mode of folders that it makes
 * @throws the system's error when it cannot be made
 */
export function makeFolder(folder: string, mode = 0o777): void {
  try {
    mkdirSync(folder, { mode })
  } catch (error) {
    if (isFolder(folder)) return
    const parent = path.dirname(folder)
    if (errorCode(error) !== 'ENOENT' || parent === folder || isFolder(parent)) throw error
    makeFolder(parent, mode)
    makeFolder(folder, mode)
  }
}

function isFolder(folder: string): boolean {
  try {
    return statSync(folder).isDirectory()
  } catch {
    return false
  }
}
