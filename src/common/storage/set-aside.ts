import { lstatSync, renameSync } from 'node:fs'

/**
 * Moves an unreadable file, folder or link (the link itself) aside, to `<name>.damaged-<UTC time>` in the
 * same folder. Nothing is deleted or overwritten.
 * @param now milliseconds since the epoch
 * @returns where it went
 * @throws the system's error, for instance in a read-only folder
 */
export function setAside(path: string, now: number): string {
  const stamp = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '')
  const target = `${path}.damaged-${stamp}`
  let free = target
  for (let n = 2; isThere(free); n++) free = `${target}-${n}`
  renameSync(path, free)
  return free
}

/** True if something has this name, even a broken link. */
export function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}
