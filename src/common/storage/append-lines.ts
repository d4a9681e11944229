import { fstatSync, ftruncateSync, readSync } from 'node:fs'
import { writeFully } from './write-fully'

/**
 * Adds whole lines to the end of a file, or nothing of them; they begin on a line of their own where a crash has left
 * half of one. Survives the death of this process, not yet a power loss.
 * @param fd opened for reading and appending (`a+`)
 * @throws the system's error; nothing was added
 */
export function appendLines(fd: number, lines: Uint8Array): void {
  const { size } = fstatSync(fd)
  try {
    if (endsInsideLine(fd, size)) writeFully(fd, Buffer.from('\n'))
    writeFully(fd, lines)
  } catch (error) {
    // If even this fails the half line stays, and the next write starts on a line of its own.
    ftruncateSync(fd, size)
    throw error
  }
}

function endsInsideLine(fd: number, size: number): boolean {
  if (size === 0) return false
  const last = Buffer.alloc(1)
  readSync(fd, last, 0, 1, size - 1)
  return last[0] !== 0x0a
}
