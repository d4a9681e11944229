import { randomBytes } from 'node:crypto'
import { statfsSync, statSync, truncateSync } from 'node:fs'
import { dirname } from 'node:path'
import { writeFileAtomic } from '../../../common/storage/atomic-file'

/** Bytes reserved for records on a full disk: about a hundred of them. */
const RESERVE_BYTES = 256 * 1024
/** The reserve is filled only if this many times its size stays free. */
const ROOM_FACTOR = 4
const BLOCK_BYTES = 4096

/** A file that reserves room on the disk, released piece by piece when records find the disk full. */
export class DiskReserve {
  constructor(private readonly path: string) {}

  /** Fills the reserve if there is room. Never throws: a full disk is what it is for. */
  fill(): void {
    try {
      if (this.size() >= RESERVE_BYTES) return
      const { bavail, bsize } = statfsSync(dirname(this.path))
      if (bavail * bsize < RESERVE_BYTES * ROOM_FACTOR) return
      // Random bytes, because compressing file systems give zeros no room.
      writeFileAtomic(this.path, randomBytes(RESERVE_BYTES))
    } catch {
      // The next call tries again.
    }
  }

  /**
   * Frees room for `bytes`.
   * @returns true if there was any to free
   */
  release(bytes: number): boolean {
    try {
      const size = this.size()
      if (size === 0) return false
      // One block for the partly filled last block, one for the file system's own metadata.
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
