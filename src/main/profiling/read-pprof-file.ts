import { ForeignFile, readRegularFile } from '../../common/storage/regular-file'
import type { Profile } from './profile'
import { PprofError, readPprof } from './read-pprof'

/** A file as large as that is not read into memory. */
const MAX_FILE_BYTES = 256 * 2 ** 20

/**
 * @param maxBytes refuses what unpacks to more
 * @throws {PprofError} when it is not a pprof profile, or damaged
 * @throws the system's error when it cannot be read
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
