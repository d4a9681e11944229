import { closeSync, fstatSync, openSync, statSync } from 'node:fs'
import { devNull } from 'node:os'

/**
 * A fork takes some dozen file descriptors, for pipes and Chromium's own channels. Without them Chromium does not
 * refuse: it ends the app (seen on Electron 33, Linux).
 */
const NEEDED = 48

/**
 * Forks where there are descriptors for it, and closes the one for the null device that Electron before 37.1 opens with
 * each fork of a utility process, and neither uses nor closes (electron/electron#47515).
 * @throws the system's error, EMFILE or ENFILE, where a process cannot be started for want of file descriptors
 */
export function withDescriptors<Child>(fork: () => Child): Child {
  const free = requireDescriptors()
  const child = fork()
  for (const descriptor of free) if (isNullDevice(descriptor)) closeSync(descriptor)
  return child
}

/** @returns descriptors that are free. @throws the system's error */
export function requireDescriptors(
  needed = NEEDED,
  open: () => number = () => openSync(devNull, 'r'),
): readonly number[] {
  const taken: number[] = []
  try {
    while (taken.length < needed) taken.push(open())
  } finally {
    for (const descriptor of taken) closeSync(descriptor)
  }
  return taken
}

function isNullDevice(descriptor: number): boolean {
  // Windows has no such numbers: a handle is out of reach.
  if (process.platform === 'win32') return false
  try {
    const stats = fstatSync(descriptor)
    return stats.isCharacterDevice() && stats.rdev === statSync(devNull).rdev
  } catch {
    // Free still.
    return false
  }
}
