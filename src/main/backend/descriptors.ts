import { closeSync, fstatSync, openSync, statSync } from 'node:fs'
import { devNull } from 'node:os'

/**
 * A fork takes some dozen file descriptors, for pipes and Chromium's own channels. Without them Chromium does not
 * refuse: it ends the app (seen on Electron 33, Linux).
 */
const NEEDED = 48

/**
 * The forgotten descriptor is the first that a fork opens (measured on Electron 33): it has the lowest free number. Few
 * are asked for, since the new process waits for main just then.
 */
const FIRST = 4

/** Of Electrons that forget a descriptor with each fork; later ones of 35, 36 and 37 do not (electron/electron#47515). */
const LAST_FORGETTING_MAJOR = 37

/**
 * Forks where there are descriptors for it, and closes the one for the null device that an older Electron opens with each
 * fork of a utility process, and neither uses nor closes.
 * @throws the system's error, EMFILE or ENFILE, where a process cannot be started for want of file descriptors
 */
export function withDescriptors<Child>(fork: () => Child, electron = process.versions.electron ?? ''): Child {
  const free = requireDescriptors()
  const child = fork()
  // A newer one may have a use for such a descriptor.
  if (Number.parseInt(electron, 10) > LAST_FORGETTING_MAJOR) return child
  const forgotten = free.slice(0, FIRST).find(isNullDevice)
  if (forgotten !== undefined) closeSync(forgotten)
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
