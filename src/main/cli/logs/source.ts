import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import path from 'node:path'
import { dataPaths } from '../../../common/storage/data-folder'
import { errorCode } from '../../../common/storage/errors'
import { whyForeign } from '../../../common/storage/regular-file'

export const LOG_SOURCES = ['monitor', 'backend'] as const
/** The monitor's own log, or what the backend writes. */
export type LogSource = (typeof LOG_SOURCES)[number]

/** More than any log file has: the monitor rotates them at 5 MiB. */
const MAX_BYTES = 64 * 2 ** 20
/** More than there are rotated files. */
const MAX_FILES = 20

/** The files of a log, the newest first: `monitor.jsonl`, `monitor.1.jsonl`, ... */
export function logFiles(dataFolder: string, source: LogSource): string[] {
  const { logs } = dataPaths(dataFolder)
  return Array.from({ length: MAX_FILES }, (_, n) =>
    path.join(logs, n === 0 ? `${source}.jsonl` : `${source}.${n}.jsonl`),
  )
}

/** The end of a file, from a position on. */
export interface Piece {
  readonly text: string
  /** The position behind the last whole line. */
  readonly end: number
  /** Tells one file from another that has taken its name. */
  readonly inode: number
}

/**
 * Reads the whole lines of a log file from a position on; what is still being written waits.
 * @param isLast true for a file to which nothing is added: its end is a line too
 * @param until the position to stop at
 * @returns `null` where there is no such file
 * @throws the system's error, or that of something that is no file
 */
export function readPiece(
  file: string,
  from: number,
  isLast: boolean,
  until = Number.POSITIVE_INFINITY,
): Piece | null {
  let fd: number
  try {
    // Opening a pipe would wait for its writer.
    const why = whyForeign(statSync(file), MAX_BYTES)
    if (why !== null) throw new Error(`${path.basename(file)}: ${why}`)
    fd = openSync(file, 'r')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    throw error
  }
  try {
    const { size, ino: inode } = fstatSync(fd)
    const bytes = Buffer.alloc(Math.max(0, Math.min(size, until) - from))
    const read = bytes.length === 0 ? 0 : readSync(fd, bytes, 0, bytes.length, from)
    const all = bytes.subarray(0, read)
    const whole = isLast ? all.length : all.lastIndexOf(0x0a) + 1
    return { text: all.toString('utf8', 0, whole), end: from + whole, inode }
  } finally {
    closeSync(fd)
  }
}
