import { readFileSync } from 'node:fs'
import path from 'node:path'
import { app } from 'electron'
import { appFolder } from './app-folder'

/**
 * The package.json of the app that runs; `null` without one. In an installed app it lies in its archive. In development
 * Electron may have been started with a file below it, as in `electron out/main.js`: then it is the nearest above with
 * a name. Never throws.
 */
export function appManifest(): string | null {
  const folder = appFolder()
  if (folder === null) return null
  if (app.isPackaged) return path.join(folder, 'package.json')
  for (let at = folder; ; at = path.dirname(at)) {
    if (isNamed(path.join(at, 'package.json'))) return path.join(at, 'package.json')
    if (at === path.dirname(at)) return null
  }
}

/** A package.json without a name only says of what kind the files beside it are. */
function isNamed(file: string): boolean {
  try {
    const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return typeof manifest === 'object' && manifest !== null && 'name' in manifest
  } catch {
    return false
  }
}
