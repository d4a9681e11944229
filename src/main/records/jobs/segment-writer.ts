import { closeSync, fdatasync, fdatasyncSync, fstatSync, openSync, statSync } from 'node:fs'
import { appendLines } from '../../../common/storage/append-lines'
import { writeFileAtomic } from '../../../common/storage/atomic-file'

/** Time that lines wait for a common flush if nobody needs them on disk at once. */
const LAZY_SYNC_MS = 1_000

/** Writes one segment: a batch of lines is added to its end as a whole, or not at all. */
export class SegmentWriter {
  private timer: NodeJS.Timeout | null = null
  private syncing = false
  private closed = false
  /** The length after our last write, in bytes. */
  private end: number

  private constructor(
    readonly path: string,
    private readonly fd: number,
    private readonly onSyncError: (error: unknown) => void,
  ) {
    this.end = this.size
  }

  /**
   * Creates a segment with its first lines, on disk when this returns.
   * @throws the system's error
   */
  static create(path: string, text: string, onSyncError: (error: unknown) => void): SegmentWriter {
    writeFileAtomic(path, text)
    return SegmentWriter.open(path, onSyncError)
  }

  /**
   * Continues an existing segment.
   * @throws the system's error
   */
  static open(path: string, onSyncError: (error: unknown) => void): SegmentWriter {
    return new SegmentWriter(path, openSync(path, 'a+', 0o600), onSyncError)
  }

  get size(): number {
    return fstatSync(this.fd).size
  }

  /**
   * True if the name still leads to all that was written: somebody may have deleted, replaced or truncated
   * it.
   */
  isInPlace(): boolean {
    const { ino, size } = fstatSync(this.fd)
    return statSync(this.path, { throwIfNoEntry: false })?.ino === ino && size >= this.end
  }

  /**
   * Appends lines so that they survive the death of this process, but not yet a power loss.
   * @throws the system's error; nothing was added
   */
  append(lines: Uint8Array): void {
    appendLines(this.fd, lines)
    this.end = this.size
  }

  /**
   * Flushes to the disk before it returns.
   * @throws the system's error: what was written since the last flush may be lost
   */
  sync(): void {
    fdatasyncSync(this.fd)
  }

  syncSoon(): void {
    this.timer ??= setTimeout(() => this.syncInBackground(), LAZY_SYNC_MS).unref()
  }

  close(): void {
    if (this.timer) clearTimeout(this.timer)
    this.timer = null
    if (this.closed) return
    this.closed = true
    if (!this.syncing) closeSync(this.fd)
  }

  private syncInBackground(): void {
    this.timer = null
    if (this.syncing) {
      this.syncSoon()
      return
    }
    this.syncing = true
    fdatasync(this.fd, (error) => {
      this.syncing = false
      if (this.closed) closeSync(this.fd)
      else if (error) this.onSyncError(error)
    })
  }
}
