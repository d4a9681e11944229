import { readFileSync, statSync } from 'node:fs'
import type { Profile } from './profile'
import { PprofError, readPprof } from './read-pprof'

/** Largest file that is read into memory. */
const MAX_FILE_BYTES = 256 * 2 ** 20

/**
 * @param maxBytes rejects what unpacks to more
 * @throws {PprofError} if it is not a pprof profile, or damaged
 * @throws the system's error if it cannot be read
 */
export function readPprofFile(location: string, options: { readonly maxBytes?: number } = {}): Profile {
  const stats = statSync(location)
  // Opening a pipe would block for ever.
  if (!stats.isFile()) throw new PprofError('it is not a regular file')
  if (stats.size > MAX_FILE_BYTES) throw new PprofError(`it has ${stats.size} bytes, which is not read`)
  return readPprof(readFileSync(location), options)
}
