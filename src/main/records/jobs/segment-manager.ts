import { rmSync } from 'node:fs'
import { ensureFolder } from '../../../common/storage/data-folder'
import { errorMessage } from '../../../common/storage/errors'
import { setAside } from '../../../common/storage/set-aside'
import type { Log } from '../../logging/log'
import { JOURNAL_SCHEMA } from './journal-entry'
import { type Segment, segmentNumbers, segmentPath } from './journal-folder'
import { SegmentWriter } from './segment-writer'

export interface SegmentManagerOptions {
  readonly folder: string
  readonly log: Log
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly onSyncError: (error: unknown) => void
}

/** Manages which segment is written, and what becomes of those it replaces. */
export class SegmentManager {
  /** The segment being written; `null` until there is one, or after it turned out to be unreliable. */
  writer: SegmentWriter | null = null
  /** The number of the first segment that this run began, `null` if there is none yet. */
  firstOwn: number | null = null

  /** @param replaceable the segments read at the start; never those of another process that writes here */
  constructor(
    private readonly options: SegmentManagerOptions,
    private replaceable: readonly Segment[],
  ) {}

  /**
   * Continues the segment of the last run if it is the only one, undamaged, smaller than `bytes` and of this
   * version's schema: the header gives it for the whole data folder.
   * @returns `null` if it is better to start a new one.
   * @throws the system's error
   */
  continueTidy(bytes: number): SegmentWriter | null {
    const [only, ...others] = this.replaceable
    if (only === undefined || others.length > 0) return null
    const unharmed = only.foreign === null && only.unreadable === 0 && !only.torn
    const tidy = unharmed && only.bytes < bytes && only.schema === JOURNAL_SCHEMA
    return tidy ? this.continueNewest() : null
  }

  /**
   * Continues the newest segment.
   * @returns `null` if there is none that can be.
   * @throws the system's error
   */
  continueNewest(): SegmentWriter | null {
    const newest = this.replaceable.findLast((segment) => segment.foreign === null)
    if (!newest) return null
    this.writer = SegmentWriter.open(newest.path, this.options.onSyncError)
    return this.writer
  }

  /**
   * Starts a new segment with a snapshot; once that is on disk the ones before it are deleted, damaged ones
   * set aside.
   * @throws the system's error; everything is then as before
   */
  renew(snapshot: string): SegmentWriter {
    const { folder, onSyncError } = this.options
    this.makeFolder()
    const number = Math.max(0, ...segmentNumbers(folder), ...this.replaceable.map((old) => old.number)) + 1
    const path = segmentPath(folder, number)
    const writer = SegmentWriter.create(path, snapshot, onSyncError)
    this.drop()
    this.writer = writer
    this.firstOwn ??= number
    const replaced = this.replaceable
    const fresh = { number, path, bytes: writer.size, schema: JOURNAL_SCHEMA }
    this.replaceable = [{ ...fresh, unreadable: 0, torn: false, foreign: null, unread: false }]
    // Its jobs are not in the snapshot: it stays until it can be read.
    for (const segment of replaced) if (!segment.unread) this.retire(segment)
    return writer
  }

  /** Stops using the current segment; its content stays. */
  drop(): void {
    this.writer?.close()
    this.writer = null
  }

  private makeFolder(): void {
    const { folder, log, now } = this.options
    const movedTo = ensureFolder(folder, now())
    if (movedTo) log.warn('journal/ was not a folder: moved aside', { movedTo })
  }

  /** Deletes a segment whose content is in a later one; sets a damaged one aside. */
  retire(segment: Segment): void {
    const { log, now } = this.options
    const damaged = segment.foreign !== null || segment.unreadable > 0
    try {
      if (!damaged) {
        rmSync(segment.path, { force: true })
        return
      }
      const movedTo = setAside(segment.path, now())
      if (segment.foreign !== null)
        log.warn('a file in the job journal could not be read: moved aside', {
          reason: segment.foreign,
          movedTo,
        })
      else
        log.warn('the job journal had unreadable lines: kept the others, moved the file aside', {
          unreadable: segment.unreadable,
          movedTo,
        })
    } catch (error) {
      log.warn('an old segment of the job journal could not be removed: the next start will try again', {
        path: segment.path,
        error: errorMessage(error),
      })
    }
  }
}
