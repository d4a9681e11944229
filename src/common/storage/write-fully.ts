import { writeSync } from 'node:fs'

/**
 * Writes every byte at the file's position. `write` may write only a part and report it in its result alone:
 * a full disk shows as a short write first, and as an error on the next call.
 * @throws the system's error; part of the bytes may then be on disk
 */
export function writeFully(fd: number, bytes: Uint8Array): void {
  for (let offset = 0; offset < bytes.length; ) offset += writeSync(fd, bytes, offset, bytes.length - offset)
}
