import { closeSync, lstatSync, openSync, readdirSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode, errorMessage } from '../../../common/storage/errors'
import { ForeignFile, readRegularFile } from '../../../common/storage/regular-file'
import { JOURNAL_SCHEMA, type JournalEntry, parseJournalEntry, schemaNamedBy } from './journal-entry'
import { decodeLines } from './journal-format'
import { applyEntries, emptyState, type JournalState, sortByDeath } from './journal-state'

/**
 * Largest segment, in bytes: a larger file is not ours and not read into memory. The largest snapshot, 10,000
 * records and as many open jobs, fits.
 */
export const MAX_SEGMENT_BYTES = 84 * 1024 * 1024

/** Longest header, the first line of a segment, in bytes. */
const HEAD_BYTES = 4_096

const SEGMENT = /^(\d{8})\.jsonl$/

export interface Segment {
  readonly number: number
  readonly path: string
  readonly bytes: number
  /** The schema in its header, 0 without one. */
  readonly schema: number
  /** The number of damaged lines; the good ones are in the state. */
  readonly unreadable: number
  /** True if the last write was cut off; normal after a crash. */
  readonly torn: boolean
  /** The reason why nothing of it could be read, `null` if it was. */
  readonly foreign: string | null
  /** True if the system failed to read it, for now: it may hold anything. */
  readonly unread: boolean
}

export interface JournalContent {
  readonly state: JournalState
  /** The segments, oldest first. */
  readonly segments: readonly Segment[]
  /** The schema of a segment that a newer version wrote, `null` if there is none. */
  readonly newerSchema: number | null
  /** True if not even the names could be read. */
  readonly unlisted?: boolean
}

/** The error for a segment that was listed and then gone: its owner has replaced it by a newer one. */
class SegmentVanished extends Error {}
const ATTEMPTS = 10

/**
 * Reads the whole journal, oldest segment first, and changes nothing, even while its owner writes.
 * @throws the system's error if the folder cannot be read; a missing one is empty
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

/**
 * Reads these segments, oldest first, and changes nothing.
 * @throws if one has gone
 */
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

/**
 * The numbers of the segments in order; a missing folder has none.
 * @throws the system's error
 */
export function segmentNumbers(folder: string): number[] {
  try {
    const numbers = readdirSync(folder).map((name) => Number(SEGMENT.exec(name)?.[1] ?? Number.NaN))
    return numbers.filter((number) => !Number.isNaN(number)).sort((a, b) => a - b)
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return []
    throw error
  }
}

/**
 * The newest schema in a header, 0 if there is none: nothing else is read.
 * @throws the system's error
 */
export function newestSchema(folder: string): number {
  let newest = 0
  for (const number of segmentNumbers(folder)) {
    const [header] = decodeLines(readHead(segmentPath(folder, number))).entries
    newest = Math.max(newest, schemaNamedBy(header) ?? 0)
  }
  return newest
}

/** Reads the first line; empty if it cannot be read. */
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
  // This text has never been a journal, unlike one whose first line was cut off by a crash.
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
