import { readFileSync, type Stats, statSync } from 'node:fs'

/** Thrown for something other than a file where a file of ours should be; the message says why. Reading it again will not help. */
export class ForeignFile extends Error {}

/**
 * Why something is not read: opening a pipe would block for ever, and a file larger than any of ours would fill the
 * memory. `null` for what may be read.
 */
export function whyForeign(stats: Pick<Stats, 'isFile' | 'size'>, maxBytes: number): string | null {
  if (!stats.isFile()) return 'it is not a regular file'
  return stats.size > maxBytes ? `it has ${stats.size} bytes` : null
}

/**
 * All of a regular file.
 * @param stat follows links, where it is not `lstatSync`
 * @throws {ForeignFile} for anything else, and for a larger file
 * @throws the system's error when it cannot be read
 */
export function readRegularFile(
  path: string,
  maxBytes: number,
  stat: (path: string) => Stats = statSync,
): Buffer {
  regularStats(path, maxBytes, stat)
  return readFileSync(path)
}

/**
 * The stats of a regular file; throws as `readRegularFile` does.
 */
export function regularStats(
  path: string,
  maxBytes: number,
  stat: (path: string) => Stats = statSync,
): Stats {
  const stats = stat(path)
  const why = whyForeign(stats, maxBytes)
  if (why !== null) throw new ForeignFile(why)
  return stats
}
