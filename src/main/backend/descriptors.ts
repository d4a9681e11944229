import { closeSync, fstatSync, openSync, statSync } from 'node:fs'
import { devNull } from 'node:os'

/**
 * File descriptors that a fork takes, for pipes and Chromium's own channels. Without them Chromium does not
 * report an error: it aborts the app (seen on Electron 33, Linux).
 */
const NEEDED = 48

/**
 * Number of lowest free descriptors among which the leaked one is: it is the first that a fork opens
 * (measured on Electron 33). Few are checked, since the new process waits for main just then.
 */
const FIRST = 4

/**
 * The last major version of Electron that leaks a descriptor with each fork; later releases of 35, 36 and 37
 * do not (electron/electron#47515).
 */
const LAST_FORGETTING_MAJOR = 37

/**
 * Forks if there are enough descriptors, and closes the one for the null device that an older Electron leaks
 * with each fork of a utility process.
 * @throws the system's error, EMFILE or ENFILE, if there are too few file descriptors to start a process
 */
export function withDescriptors<Child>(fork: () => Child, electron = process.versions.electron ?? ''): Child {
  const free = requireDescriptors()
  const child = fork()
  // A newer version may need such a descriptor.
  if (Number.parseInt(electron, 10) > LAST_FORGETTING_MAJOR) return child
  const forgotten = free.slice(0, FIRST).find(isNullDevice)
  if (forgotten !== undefined) closeSync(forgotten)
  return child
}

/**
 * Checks that enough descriptors are free.
 * @returns those that are
 * @throws the system's error
 */
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
  // Windows has handles and no such numbers.
  if (process.platform === 'win32') return false
  try {
    const stats = fstatSync(descriptor)
    return stats.isCharacterDevice() && stats.rdev === statSync(devNull).rdev
  } catch {
    // It is still free.
    return false
  }
}
