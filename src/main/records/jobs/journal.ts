import { join } from 'node:path'
import { removeOrphans } from '../../../common/storage/atomic-file'
import { errorMessage, isDiskFull } from '../../../common/storage/errors'
import type { Log } from '../../logging/log'
import { TroubleLines } from '../../logging/trouble-lines'
import { DiskReserve } from './disk-reserve'
import { JOURNAL_SCHEMA, type JournalEntry } from './journal-entry'
import {
  type JournalContent,
  MAX_SEGMENT_BYTES,
  readSegments,
  readSettledJournal,
  segmentNumbers,
} from './journal-folder'
import { encodeLine } from './journal-format'
import {
  applyEntries,
  copyState,
  emptyState,
  type JournalState,
  keepNewest,
  missingEntries,
  snapshotEntries,
  sortByDeath,
} from './journal-state'
import { SegmentManager } from './segment-manager'
import type { SegmentWriter } from './segment-writer'

/** Growth of a segment, in bytes, after which a new one replaces it. */
const COMPACT_AFTER_BYTES = 4 * 1024 * 1024
/** Shortest interval, in milliseconds, between retries for lines that nobody waits for. */
const RETRY_MS = 1_000
const BATCH_ENTRIES = 64

export interface JournalOptions {
  readonly folder: string
  /** Failed-job records kept. */
  readonly keep: number
  readonly log: Log
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly compactAfterBytes?: number
}

/**
 * The append-only source of truth about jobs: numbered segments of checksummed lines. A new segment begins
 * with a snapshot and replaces the ones before it, which are deleted only once it is on disk: a crash at any
 * moment leaves everything readable. While nothing can be written the state lives on in memory, and what is
 * missing on disk is written as soon as that works again. No call throws.
 */
export class Journal {
  /** All that is known, on disk or not. */
  readonly state: JournalState
  /** True if a newer version wrote the journal: it is left alone. */
  readonly refused: boolean
  private onDisk: JournalState
  /**
   * Segments of earlier runs that the system failed to read at the start; `null` if it did not even list
   * them.
   */
  private unread: readonly number[] | null
  private readonly segments: SegmentManager
  private readonly reserve: DiskReserve
  private readonly compactAfter: number
  private compactAt = Number.POSITIVE_INFINITY
  /** True if something known is not on disk. */
  private failing = false
  /** A full disk takes a short line, and not the next. */
  private readonly trouble: TroubleLines
  private onReserve = false
  private retryAt = 0

  private constructor(
    private readonly options: JournalOptions,
    content: JournalContent,
  ) {
    const { folder, log, now } = options
    this.trouble = new TroubleLines((error) => {
      if (error === null) log.info('the job journal can be written again: nothing was lost')
      else
        log.error(
          'the job journal cannot be written: records stay in memory and will be written when it can be',
          { folder, error },
        )
    })
    this.state = content.state
    this.onDisk = copyState(content.state)
    this.refused = content.newerSchema !== null
    this.unread = content.unlisted
      ? null
      : content.segments.flatMap(({ number, unread }) => (unread ? number : []))
    const onSyncError = (error: unknown) => this.failed(error)
    this.segments = new SegmentManager({ folder, log, now, onSyncError }, content.segments)
    this.reserve = new DiskReserve(join(folder, 'reserve'))
    this.compactAfter = options.compactAfterBytes ?? COMPACT_AFTER_BYTES
  }

  /** Reads what is there; nothing is written before `start`. */
  static read(options: JournalOptions): Journal {
    const { folder, log } = options
    const content = contentOf(options)
    if (content.newerSchema !== null)
      log.error(
        'the job journal was written by a newer version: left untouched; the records of this run stay in memory',
        { folder, schema: content.newerSchema, known: JOURNAL_SCHEMA },
      )
    const unread = content.segments.find((segment) => segment.unread)
    if (unread)
      log.error('part of the job journal cannot be read now: left in place, will be tried again', {
        path: unread.path,
        reason: unread.foreign,
      })
    return new Journal(options, content)
  }

  /** True if everything known is written. */
  get durable(): boolean {
    return !this.refused && !this.failing
  }

  /**
   * Begins to write, with entries that follow from what was read.
   * @returns true if they are on disk
   */
  start(entries: readonly JournalEntry[]): boolean {
    applyEntries(this.state, entries)
    sortByDeath(this.state)
    keepNewest(this.state, this.options.keep)
    if (this.refused) return false
    removeOrphans(this.options.folder, () => true)
    const done = this.guarded(() => {
      const writer = entries.length === 0 ? this.segments.continueTidy(this.compactAfter) : null
      if (writer === null) this.write([], true)
      else this.compactAt = writer.size + this.compactAfter
    })
    this.reserve.fill()
    return done
  }

  /**
   * @param durable true if the lines must be on disk, safe from a power loss, when this returns
   * @returns true if they are written; otherwise they are kept in memory and written later
   */
  append(entries: readonly JournalEntry[], durable: boolean): boolean {
    applyEntries(this.state, entries)
    keepNewest(this.state, this.options.keep)
    if (this.refused || (this.failing && !durable && this.options.now() < this.retryAt)) return false
    // Not while somebody waits: a snapshot takes a hundred times as long as a line.
    if (!durable) this.compactWhenLarge()
    return this.guarded(() => this.write(entries, durable))
  }

  /**
   * Makes what was appended safe from a power loss.
   * @returns true if everything known is
   */
  sync(): boolean {
    if (this.refused) return false
    return this.guarded(() => (this.failing ? this.write([], true) : this.segments.writer?.sync()))
  }

  /** Retries what failed, on the owner's timer. */
  maintain(): void {
    if (this.refused) return
    if (this.failing) this.sync()
    else this.reserve.fill()
  }

  /**
   * The content that could not be read at the start and can be now, `null` if there is none. It is not in the
   * state yet: `adopt` applies what follows from it.
   */
  readLate(): JournalContent | null {
    if (!this.durable || this.unread?.length === 0) return null
    const { folder } = this.options
    try {
      // This run's segments are newer than all that were there.
      this.unread ??= segmentNumbers(folder).filter((number) => number < (this.segments.firstOwn ?? 0))
      const content = readSegments(folder, this.unread)
      if (content.segments.some(({ unread }) => unread)) return null
      return content
    } catch {
      // The next tick tries again.
      return null
    }
  }

  /** Applies what follows from a late content, once; its segments are deleted when that is on disk. */
  adopt(content: JournalContent, entries: readonly JournalEntry[]): void {
    this.unread = []
    applyEntries(this.state, entries)
    sortByDeath(this.state)
    if (this.append(entries, true)) for (const segment of content.segments) this.segments.retire(segment)
  }

  stop(): void {
    this.sync()
    this.trouble.stop()
    this.segments.drop()
  }

  private write(entries: readonly JournalEntry[], durable: boolean): void {
    const { writer } = this.segments
    const isAdded = writer?.isInPlace() && this.add(writer, this.failing ? this.missing() : entries, durable)
    if (!isAdded) this.startSegment()
  }

  private startSegment(): void {
    try {
      this.renew()
    } catch (error) {
      // No room for a snapshot: the missing lines may still fit, with the reserve's help.
      const writer = isDiskFull(error) ? this.segments.continueNewest() : null
      if (writer === null || !this.add(writer, this.missing(), true)) throw error
    }
  }

  /** @returns true if they fit in the segment */
  private add(writer: SegmentWriter, entries: readonly JournalEntry[], durable: boolean): boolean {
    // In pieces: a nearly full disk accepts what fits, and a full one is noticed at little cost.
    for (let start = 0; start < entries.length; start += BATCH_ENTRIES) {
      const batch = entries.slice(start, start + BATCH_ENTRIES)
      const lines = Buffer.from(toLines(batch))
      if (writer.size + lines.length > MAX_SEGMENT_BYTES) return false
      this.addBatch(writer, lines, durable)
      applyEntries(this.onDisk, batch)
    }
    keepNewest(this.onDisk, this.options.keep)
    if (durable) writer.sync()
    else writer.syncSoon()
    return true
  }

  private addBatch(writer: SegmentWriter, lines: Buffer, durable: boolean): void {
    try {
      writer.append(lines)
    } catch (error) {
      if (!durable || !isDiskFull(error) || !this.reserve.release(lines.length)) throw error
      this.onReserve = true
      writer.append(lines)
    }
  }

  private renew(): void {
    const writer = this.segments.renew(toLines(snapshotEntries(this.state, this.options.now())))
    this.onDisk = copyState(this.state)
    this.compactAt = writer.size + this.compactAfter
  }

  private compactWhenLarge(): void {
    try {
      if ((this.segments.writer?.size ?? 0) >= this.compactAt) this.renew()
    } catch (error) {
      this.compactAt += this.compactAfter
      this.options.log.warn('the job journal could not be compacted: it keeps growing until it can', {
        error: errorMessage(error),
      })
    }
  }

  private missing(): JournalEntry[] {
    return missingEntries(this.onDisk, this.state, this.options.now())
  }

  private guarded(action: () => void): boolean {
    this.onReserve = false
    try {
      action()
    } catch (error) {
      this.failed(error)
      return false
    }
    this.failing = false
    // A disk that is still full has not recovered because its reserve made room for some lines.
    if (!this.onReserve) this.trouble.is(null)
    return true
  }

  private failed(error: unknown): void {
    // After any error but a full disk the file's content is unknown: the next attempt uses a new one.
    if (!isDiskFull(error)) this.segments.drop()
    this.retryAt = this.options.now() + RETRY_MS
    this.failing = true
    this.trouble.is(errorMessage(error))
  }
}

function toLines(entries: readonly JournalEntry[]): string {
  return entries.map(encodeLine).join('')
}

function contentOf({ folder, log }: JournalOptions): JournalContent {
  try {
    return readSettledJournal(folder)
  } catch (error) {
    log.error('the job journal cannot be read now: starting without it, will be tried again', {
      folder,
      error: errorMessage(error),
    })
    return { state: emptyState(), segments: [], newerSchema: null, unlisted: true }
  }
}
