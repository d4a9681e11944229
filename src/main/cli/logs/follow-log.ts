import { statSync } from 'node:fs'
import { errorMessage } from '../../../common/storage/errors'
import { type LogLine, parseLine } from './line'
import { type LogSource, logFiles, readPiece } from './source'

/** Longest line that is looked at for its beginning, in bytes. */
const LONGEST_LINE = 2 ** 20

/** Reads what is added to a log, from now on, through its rotation. */
export class LogFollower {
  readonly source: LogSource
  readonly #files: readonly string[]
  #inode: number | null
  #position: number

  constructor(dataFolder: string, source: LogSource) {
    this.source = source
    this.#files = logFiles(dataFolder, source)
    const { inode, size } = this.#newest() ?? { inode: null, size: 0 }
    this.#inode = inode
    this.#position = this.#endOfLines(size)
  }

  /** The position behind the last whole line: the rest of one that is being written comes later. */
  #endOfLines(size: number): number {
    try {
      return readPiece(this.#file, Math.max(0, size - LONGEST_LINE), false, size)?.end ?? size
    } catch {
      // It is told by the first look.
      return size
    }
  }

  /** How much of the newest file is not told by `read`, in bytes. */
  get position(): number {
    return this.#position
  }

  /** The whole lines that were added since the last call. Never throws. */
  read(): { readonly lines: readonly LogLine[]; readonly problem: string | null } {
    try {
      return { lines: this.#added().map((raw) => parseLine(this.source, raw)), problem: null }
    } catch (error) {
      return { lines: [], problem: `the log could not be read: ${errorMessage(error)}` }
    }
  }

  #added(): string[] {
    const newest = this.#newest()
    if (!newest) return []
    const texts: string[] = []
    if (newest.inode !== this.#inode) {
      texts.push(...this.#restOfRotated())
      this.#inode = newest.inode
      this.#position = 0
    } else if (newest.size < this.#position) this.#position = 0
    const piece = newest.size > this.#position ? readPiece(this.#file, this.#position, false) : null
    if (piece) {
      texts.push(piece.text)
      this.#position = piece.end
    }
    return texts.flatMap((text) => text.split('\n')).filter((line) => line.trim() !== '')
  }

  /** The lines that came into the file that was the newest before, and into those that were meanwhile; oldest first. */
  #restOfRotated(): string[] {
    if (this.#inode === null) return []
    const texts: string[] = []
    for (const file of this.#files.slice(1)) {
      const isOurs = statSync(file, { throwIfNoEntry: false })?.ino === this.#inode
      const piece = readPiece(file, isOurs ? this.#position : 0, true)
      if (piece === null) continue
      texts.unshift(piece.text)
      if (isOurs) return texts
    }
    // It is rotated out of sight: what is left of it cannot be told from what was shown.
    return []
  }

  get #file(): string {
    return this.#files[0] as string
  }

  #newest(): { readonly inode: number; readonly size: number } | null {
    const stats = statSync(this.#file, { throwIfNoEntry: false })
    return stats?.isFile() ? { inode: stats.ino, size: stats.size } : null
  }
}
