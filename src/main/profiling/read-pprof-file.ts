import { type Stats, statSync } from 'node:fs'
import { ForeignFile, readRegularFile } from '../../common/storage/regular-file'
import type { Profile } from './profile'
import { PprofError, readPprof } from './read-pprof'

/** Largest file that is read into memory. */
const MAX_FILE_BYTES = 256 * 2 ** 20

/** Options of reading a pprof. */
export interface ReadOptions {
  readonly maxBytes?: number
  /** Follows links, where it is not `lstatSync`. */
  readonly stat?: (path: string) => Stats
}

/**
 * @param maxBytes rejects what unpacks to more
 * @throws {PprofError} if it is not a pprof profile, or damaged
 * @throws the system's error if it cannot be read
 */
export function readPprofFile(location: string, { stat = statSync, ...options }: ReadOptions = {}): Profile {
  return readPprof(readBytes(location, stat), options)
}

function readBytes(location: string, stat: (path: string) => Stats): Buffer {
  try {
    return readRegularFile(location, MAX_FILE_BYTES, stat)
  } catch (error) {
    throw error instanceof ForeignFile ? new PprofError(error.message) : error
  }
}
