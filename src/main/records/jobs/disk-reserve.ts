import { randomBytes } from 'node:crypto'
import { statfsSync, statSync, truncateSync } from 'node:fs'
import { dirname } from 'node:path'
import { writeFileAtomic } from '../../../common/storage/atomic-file'

/** Bytes kept for records on a full disk: some hundred of them. */
const RESERVE_BYTES = 256 * 1024
/** The reserve is filled only where this many times its size stays free. */
const ROOM_FACTOR = 4
const BLOCK_BYTES = 4096

/** A file that holds room on the disk, given up piece by piece when records find it full. */
export class DiskReserve {
  constructor(private readonly path: string) {}

  /** Fills it up where there is room for it. Never throws: a disk without room is why it exists. */
  fill(): void {
    try {
      if (this.size() >= RESERVE_BYTES) return
      const { bavail, bsize } = statfsSync(dirname(this.path))
      if (bavail * bsize < RESERVE_BYTES * ROOM_FACTOR) return
      // Random, because compressing file systems give zeros no room.
      writeFileAtomic(this.path, randomBytes(RESERVE_BYTES))
    } catch {
      // Tried again with the next call.
    }
  }

  /** Frees room for so many bytes. @returns whether there was any to free */
  release(bytes: number): boolean {
    try {
      const size = this.size()
      if (size === 0) return false
      // One block for the lines' unfilled end, one for the file system's own notes.
      const blocks = Math.ceil(bytes / BLOCK_BYTES) + 2
      truncateSync(this.path, Math.max(0, size - blocks * BLOCK_BYTES))
      return true
    } catch {
      return false
    }
  }

  private size(): number {
    const stats = statSync(this.path, { throwIfNoEntry: false })
    return stats?.isFile() ? stats.size : 0
  }
}
