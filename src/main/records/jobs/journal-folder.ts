import { closeSync, lstatSync, openSync, readdirSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode, errorMessage } from '../../../common/storage/errors'
import { ForeignFile, readRegularFile } from '../../../common/storage/regular-file'
import { JOURNAL_SCHEMA, type JournalEntry, parseJournalEntry, schemaNamedBy } from './journal-entry'
import { decodeLines } from './journal-format'
import { applyEntries, emptyState, type JournalState, sortByDeath } from './journal-state'

/**
 * No segment of ours grows over this: a larger file is not read into memory. The largest snapshot, 10,000 records and as
 * many open jobs, has room in it. In bytes.
 */
export const MAX_SEGMENT_BYTES = 84 * 1024 * 1024

/** The header is the first line of a segment, and shorter. In bytes. */
const HEAD_BYTES = 4_096

const SEGMENT = /^(\d{8})\.jsonl$/

export interface Segment {
  readonly number: number
  readonly path: string
  readonly bytes: number
  /** What its header names, 0 when it has none. */
  readonly schema: number
  /** Damaged lines; the good ones are in the state. */
  readonly unreadable: number
  /** The last write was cut off; normal after a crash. */
  readonly torn: boolean
  /** Why nothing of it could be read, `null` when it was. */
  readonly foreign: string | null
  /** The system did not give it, for now: it may hold anything. */
  readonly unread: boolean
}

export interface JournalContent {
  readonly state: JournalState
  /** Oldest first. */
  readonly segments: readonly Segment[]
  /** The schema of a segment that a newer version wrote, `null` when there is none. */
  readonly newerSchema: number | null
  /** Not even the names could be read. */
  readonly unlisted?: boolean
}

/** A segment was listed and then gone: its owner has replaced it by a newer one. */
class SegmentVanished extends Error {}
const ATTEMPTS = 10

/**
 * Reads the whole journal, oldest segment first, and changes nothing; also while its owner writes.
 * @throws the system's error when the folder cannot be read; an absent one is empty
 */
export function readSettledJournal(folder: string): JournalContent {
  for (let attempt = 1; ; attempt++) {
    try {
      return readJournal(folder)
    } catch (error) {
      if (!(error instanceof SegmentVanished) || attempt === ATTEMPTS) throw error
    }
  }
}

function readJournal(folder: string): JournalContent {
  return readSegments(folder, segmentNumbers(folder))
}

/** Reads these segments, oldest first, and changes nothing. @throws an error when one has gone */
export function readSegments(folder: string, numbers: readonly number[]): JournalContent {
  const state = emptyState()
  const segments: Segment[] = []
  let newerSchema: number | null = null
  for (const number of numbers) {
    const { segment, entries } = readSegment(segmentPath(folder, number), number)
    segments.push(segment)
    if (segment.schema > JOURNAL_SCHEMA) newerSchema = segment.schema
    applyEntries(state, entries)
  }
  sortByDeath(state)
  return { state, segments, newerSchema }
}

export function segmentPath(folder: string, number: number): string {
  return join(folder, `${number.toString().padStart(8, '0')}.jsonl`)
}

/** In order; an absent folder has none. @throws the system's error */
export function segmentNumbers(folder: string): number[] {
  try {
    const numbers = readdirSync(folder).map((name) => Number(SEGMENT.exec(name)?.[1] ?? Number.NaN))
    return numbers.filter((number) => !Number.isNaN(number)).sort((a, b) => a - b)
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return []
    throw error
  }
}

/** The newest schema that a header names, 0 when none does: nothing else is read. @throws the system's error */
export function newestSchema(folder: string): number {
  let newest = 0
  for (const number of segmentNumbers(folder)) {
    const [header] = decodeLines(readHead(segmentPath(folder, number))).entries
    newest = Math.max(newest, schemaNamedBy(header) ?? 0)
  }
  return newest
}

/** The first line, or nothing of what cannot be read. */
function readHead(path: string): Buffer {
  const head = Buffer.alloc(HEAD_BYTES)
  try {
    if (!lstatSync(path).isFile()) return head.subarray(0, 0)
    const fd = openSync(path, 'r')
    try {
      const bytes = head.subarray(0, readSync(fd, head, 0, HEAD_BYTES, 0))
      return bytes.subarray(0, bytes.indexOf('\n') + 1)
    } finally {
      closeSync(fd)
    }
  } catch {
    return head.subarray(0, 0)
  }
}

function readSegment(path: string, number: number) {
  const bytes = readBytes(path)
  const bare = { number, path, bytes: 0, schema: 0, unreadable: 0, torn: false }
  if (!Buffer.isBuffer(bytes)) return { segment: { ...bare, ...bytes }, entries: [] }
  const lines = decodeLines(bytes)
  const entries: JournalEntry[] = []
  let schema = 0
  for (const data of lines.entries) {
    schema = Math.max(schema, schemaNamedBy(data) ?? 0)
    const entry = parseJournalEntry(data)
    if (entry) entries.push(entry)
  }
  const unreadable = lines.unreadable + lines.entries.length - entries.length
  // Text that has never been a journal, as opposed to one whose first line was cut off by a crash.
  const foreign = lines.entries.length === 0 && lines.unreadable > 0 ? 'it holds no line of a journal' : null
  return {
    segment: {
      number,
      path,
      bytes: bytes.length,
      schema,
      unreadable,
      torn: lines.torn,
      foreign,
      unread: false,
    },
    entries,
  }
}

/** The bytes, or why there are none. A link is not followed and a pipe not opened: it would block for ever. */
function readBytes(path: string): Buffer | Pick<Segment, 'foreign' | 'unread'> {
  try {
    return readRegularFile(path, MAX_SEGMENT_BYTES, lstatSync)
  } catch (error) {
    if (error instanceof ForeignFile) return { foreign: error.message, unread: false }
    if (errorCode(error) === 'ENOENT') throw new SegmentVanished(path)
    return { foreign: errorMessage(error), unread: true }
  }
}
