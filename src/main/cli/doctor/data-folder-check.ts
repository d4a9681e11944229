import { closeSync, existsSync, fsyncSync, openSync, rmSync, statfsSync } from 'node:fs'
import path from 'node:path'
import { size } from '../../../common/output/units'
import { errorMessage } from '../../../common/storage/errors'
import { writeFully } from '../../../common/storage/write-fully'
import { type Finding, ok, problem, warning } from './check'

/**
 * Free space below which nothing more is kept, and below which not all is: logs take 50 MiB, profiles 100,
 * the rest a few.
 */
const TOO_LITTLE_BYTES = 20 * 2 ** 20
const LITTLE_BYTES = 500 * 2 ** 20
const PROBE_BYTES = 64 * 1024

/** Checks that records can be kept: writes a file, flushes it to the disk, and removes it. */
export function checkDataFolder(dataFolder: string, pid: number, freeBytes = freeBytesOf): Finding {
  if (!existsSync(dataFolder)) return ok(`${dataFolder} is not there yet: the first start makes it`)
  const free = freeBytes(dataFolder)
  const room = free === null ? 'room unknown' : `${size(free)} free`
  const failure = probe(path.join(dataFolder, `doctor-${pid}.probe`))
  if (failure !== null) {
    const full = free !== null && free < TOO_LITTLE_BYTES
    const next = full
      ? 'make room on the disk: until then no job, incident or profile is kept'
      : `see that you own the folder and may write into it: until then no job, incident or profile is kept`
    return problem(`${dataFolder} takes no file: ${failure}; ${room}`, next)
  }
  if (free !== null && free < TOO_LITTLE_BYTES)
    return problem(`${dataFolder} has ${room}`, 'make room on the disk: records are about to be lost')
  if (free !== null && free < LITTLE_BYTES)
    return warning(`${dataFolder} has ${room}`, `make room on the disk: ${size(LITTLE_BYTES)} are enough`)
  return ok(`${dataFolder} takes files; ${room}`)
}

function probe(file: string): string | null {
  try {
    const fd = openSync(file, 'wx', 0o600)
    try {
      writeFully(fd, Buffer.alloc(PROBE_BYTES))
      fsyncSync(fd)
    } finally {
      closeSync(fd)
      rmSync(file)
    }
    return null
  } catch (error) {
    return errorMessage(error)
  }
}

/** The space available to the user, in bytes; `null` if unknown. */
function freeBytesOf(folder: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  } catch {
    return null
  }
}
