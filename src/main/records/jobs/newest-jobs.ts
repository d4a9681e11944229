import { lstatSync } from 'node:fs'
import { dataPaths } from '../../../common/storage/data-folder'
import { readRegularFile } from '../../../common/storage/regular-file'
import { crc32 } from './crc32'
import type { FailedJob } from './failed-job'
import { viewIsKnown } from './failed-job-view'
import { JOURNAL_SCHEMA, parseJournalEntry } from './journal-entry'
import { MAX_SEGMENT_BYTES, segmentNumbers, segmentPath } from './journal-folder'
import { decodeLines } from './journal-format'
import { byDeath, markReported, putRecord } from './journal-state'

/** A journal of fewer bytes is read as a whole in no time. */
const LARGE_BYTES = 2 ** 20
/** Records of `failed-jobs.json` that are looked at for one which the journal has lost. */
const VIEW_LOOK = 50

/** The beginning and the end of a failed job's line, as `journal-format.ts` writes it. */
const BEGIN =
  /\{"crc32":"([\da-f]{8})","entry":(?=\{"type":"job-failed","at":\d+(?:\.\d+)?,"record":\{"schema":1,"id":"([\w-]{1,100})","jobId":")/y
const FAILED_AT = '"failedAt":"'
const ISO_LENGTH = '2026-01-02T03:04:05.000Z'.length
const RESUBMITTED = ',"resubmitted":'
const END =
  /,"resubmitted":(true|false),"reported":(true|false)\},"closes":(?:null|\{"generation":\d+,"key":\d+\})\}(?=\}\n)/y

/** A segment, and the same as Latin-1, which has a character for each byte: what stands where is found faster in a text. */
interface Segment {
  readonly bytes: Buffer
  readonly text: string
}

/** A record as far as the order and the count need it, and where the rest is: there are thousands of them. */
interface Glance extends Pick<FailedJob, 'id' | 'failedAt' | 'resubmitted' | 'reported'> {
  readonly segment: Segment
  readonly from: number
  readonly to: number
}

export interface NewestJobs {
  /** Newest last. */
  readonly jobs: readonly FailedJob[]
  /** The number of older ones, which were not read. */
  readonly older: number
}

/**
 * Reads the newest failed jobs out of thousands, and parses no others; changes nothing. Never throws.
 * @param since milliseconds since the epoch; none that failed earlier is counted
 * @param largeBytes a smaller journal is left to `readJobs`
 * @returns `null` where not all is as the journal writes it, or there is little: `readJobs` reads that, and says what is wrong
 */
export function readNewestJobs(
  dataFolder: string,
  { limit, since }: { readonly limit: number; readonly since: number | null },
  largeBytes = LARGE_BYTES,
): NewestJobs | null {
  return readSome(dataFolder, largeBytes, limit, (all) => {
    const recent = since === null ? all : all.filter(({ failedAt: time }) => Date.parse(time) >= since)
    const jobs = recent.slice(-limit).map(inFull)
    return { jobs, older: recent.length - jobs.length }
  })
}

/**
 * Reads the failed jobs whose records have a text anywhere, and the newest of all, and parses no others; as `readNewestJobs` does.
 * @returns newest last
 */
export function readJobsWith(
  dataFolder: string,
  text: string,
  largeBytes = LARGE_BYTES,
): readonly FailedJob[] | null {
  const part = latin1(JSON.stringify(text).slice(1, -1))
  return readSome(dataFolder, largeBytes, VIEW_LOOK, (all) =>
    all.filter((job, index) => index === all.length - 1 || has(job, part)).map(inFull),
  )
}

function readSome<T>(
  dataFolder: string,
  largeBytes: number,
  newest: number,
  choose: (newestLast: readonly Glance[]) => T,
): T | null {
  const paths = dataPaths(dataFolder)
  try {
    const failed = glanceAt(paths.journal, largeBytes)
    if (failed === null || !viewIsKnown(paths.failedJobs, newest, (id) => failed.has(id))) return null
    return choose(byDeath([...failed.values()]))
  } catch {
    // It changes at the moment, cannot be read, or is damaged.
    return null
  }
}

function glanceAt(folder: string, largeBytes: number): Map<string, Glance> | null {
  const files = segmentNumbers(folder).map((number) => segmentPath(folder, number))
  if (files.reduce((sum, file) => sum + lstatSync(file).size, 0) < largeBytes) return null
  const failed = new Map<string, Glance>()
  for (const file of files) {
    const bytes = readRegularFile(file, MAX_SEGMENT_BYTES, lstatSync)
    if (!glanceAtLines({ bytes, text: bytes.toString('latin1') }, failed)) return null
  }
  return failed
}

/** @returns false where not all is as the journal writes it */
function glanceAtLines(segment: Segment, failed: Map<string, Glance>): boolean {
  const { bytes, text } = segment
  let start = 0
  for (let end = text.indexOf('\n'); end >= 0; start = end + 1, end = text.indexOf('\n', start)) {
    const record = glance(segment, start, end)
    if (record !== null) putRecord(failed, record)
    else if (!applyLine(failed, bytes.subarray(start, end + 1))) return false
  }
  return start === text.length
}

/** The failed job of a line; `null` for another line, and one that is damaged. */
function glance(segment: Segment, start: number, end: number): Glance | null {
  const { bytes, text } = segment
  BEGIN.lastIndex = start
  const [, crc, id] = BEGIN.exec(text) ?? []
  if (crc === undefined || id === undefined) return null
  const from = BEGIN.lastIndex
  END.lastIndex = text.lastIndexOf(RESUBMITTED, end)
  const [, resubmitted, reported] = END.exec(text) ?? []
  if (END.lastIndex !== end - 1 || crc32(bytes.subarray(from, end - 1)) !== Number.parseInt(crc, 16))
    return null
  // In a text its quotes would be escaped, and no other key comes before it that has keys of its own.
  const at = text.indexOf(FAILED_AT, from) + FAILED_AT.length
  return {
    id,
    failedAt: text.slice(at, at + ISO_LENGTH),
    resubmitted: resubmitted === 'true',
    reported: reported === 'true',
    segment,
    from,
    to: end - 1,
  }
}

/** Applies a line as it is read elsewhere. @returns false for one that is damaged, or not known */
function applyLine(failed: Map<string, Glance>, line: Buffer): boolean {
  const { entries, unreadable } = decodeLines(line)
  return unreadable === 0 && entries.every((data) => applyEntry(failed, data))
}

function applyEntry(failed: Map<string, Glance>, data: unknown): boolean {
  const entry = parseJournalEntry(data)
  if (entry === null) return false
  if (entry.type === 'segment') return entry.schema <= JOURNAL_SCHEMA
  if (entry.type === 'reported') markReported(failed, entry.ids)
  if (entry.type === 'job-failed') putRecord(failed, alone(entry.record, data))
  return true
}

function alone(record: FailedJob, data: unknown): Glance {
  const bytes = Buffer.from(JSON.stringify(data))
  return { ...record, segment: { bytes, text: bytes.toString('latin1') }, from: 0, to: bytes.length }
}

/** True if a text, as JSON writes it and as Latin-1, is in the record. */
function has({ segment, from, to }: Glance, part: string): boolean {
  return segment.text.slice(from, to).includes(part)
}

/** The bytes of UTF-8, a character each. */
function latin1(text: string): string {
  return Buffer.from(text).toString('latin1')
}

/** @throws if the line is no record, or another one than it looked like */
function inFull({ segment, from, to, id, failedAt, reported }: Glance): FailedJob {
  const entry = parseJournalEntry(JSON.parse(segment.bytes.toString('utf8', from, to)))
  if (entry?.type !== 'job-failed' || entry.record.id !== id || entry.record.failedAt !== failedAt)
    throw new Error('no failed job')
  return { ...entry.record, reported }
}
