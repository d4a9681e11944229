import { ForeignFile, readRegularFile } from '../../common/storage/regular-file'
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
  return readPprof(readBytes(location), options)
}

function readBytes(location: string): Buffer {
  try {
    return readRegularFile(location, MAX_FILE_BYTES)
  } catch (error) {
    throw error instanceof ForeignFile ? new PprofError(error.message) : error
  }
}
