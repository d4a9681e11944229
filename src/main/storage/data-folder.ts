import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isThere, setAside } from './set-aside'

/** Where everything lies that the monitor keeps. The names are part of the contract. */
export function dataPaths(dataFolder: string) {
  return {
    failedJobs: join(dataFolder, 'failed-jobs.json'),
    journal: join(dataFolder, 'journal'),
    incidents: join(dataFolder, 'incidents'),
    profiles: join(dataFolder, 'profiles'),
    logs: join(dataFolder, 'logs'),
  } as const
}

/**
 * Makes sure that a folder is there, readable by its owner alone when it is new. Anything else of that
 * name (a file, a link that leads nowhere) is moved aside.
 * @param now milliseconds since the epoch
 * @returns where the thing in the way went, `null` when there was none
 * @throws the system's error when the folder cannot be made
 */
export function ensureFolder(path: string, now: number): string | null {
  const inTheWay = isThere(path) && !isFolder(path)
  const movedTo = inTheWay ? setAside(path, now) : null
  mkdirSync(path, { recursive: true, mode: 0o700 })
  return movedTo
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
