import { closeSync, openSync } from 'node:fs'
import { devNull } from 'node:os'

/**
 * A fork takes some dozen file descriptors, for pipes and Chromium's own channels. Without them Chromium does not
 * refuse: it ends the app (seen on Electron 33, Linux).
 */
const NEEDED = 48

/** @throws the system's error, EMFILE or ENFILE, where a process cannot be started for want of file descriptors */
export function requireDescriptors(needed = NEEDED, open: () => number = () => openSync(devNull, 'r')): void {
  const taken: number[] = []
  try {
    while (taken.length < needed) taken.push(open())
  } finally {
    for (const descriptor of taken) closeSync(descriptor)
  }
}
