import { crc32 } from './crc32'

/**
 * The beginning of a line, which is a JSON object, `{"crc32":"9a3c1f00","entry":{...}}`, and a line break.
 * The checksum is CRC-32 (zlib's, eight hex digits) over the exact bytes of the entry. `{"crc32":"` cannot
 * occur inside an entry, where every quote in a string is escaped: so a lost line break never costs the lines
 * it stood between.
 */
const HEAD = '{"crc32":"'
const MIDDLE = '","entry":'
const CRC_LENGTH = 8
const ENTRY_START = HEAD.length + CRC_LENGTH + MIDDLE.length
const NEWLINE = 0x0a

export function encodeLine(entry: object): string {
  const text = JSON.stringify(entry)
  return `${HEAD}${checksum(Buffer.from(text))}${MIDDLE}${text}}\n`
}

export interface DecodedLines {
  /** The entries of all good lines, in order. */
  readonly entries: unknown[]
  /** The number of damaged lines. The torn end of a write that was cut off is not counted: it is normal. */
  readonly unreadable: number
  /** True if the text does not end with a line break: it needs one before the next line. */
  readonly torn: boolean
}

export function decodeLines(bytes: Buffer): DecodedLines {
  const entries: unknown[] = []
  let unreadable = 0
  let start = 0
  for (let end = bytes.indexOf(NEWLINE); end >= 0; start = end + 1, end = bytes.indexOf(NEWLINE, start)) {
    if (end === start) continue
    const line = bytes.subarray(start, end)
    const entry = decodeLine(line)
    if (entry !== null) entries.push(entry)
    else {
      const found = salvage(line)
      entries.push(...found.entries)
      unreadable += Math.max(1, found.unreadable)
    }
  }
  const rest = withoutZeros(bytes.subarray(start))
  const last = decodeLine(rest)
  const found = last === null ? salvage(rest) : { entries: [last], unreadable: 0 }
  entries.push(...found.entries)
  if (last === null && (found.entries.length > 0 || !beginsLine(rest)))
    unreadable += Math.max(1, found.unreadable)
  return { entries, unreadable, torn: start < bytes.length }
}

/** True if this may come from a write of ours that was cut off; otherwise it is foreign text. */
function beginsLine(rest: Buffer): boolean {
  const length = Math.min(rest.length, HEAD.length)
  return rest.toString('latin1', 0, length) === HEAD.slice(0, length)
}

/** Recovers good entries within damaged bytes: two joined lines, a torn line in front of a good one. */
function salvage(bytes: Buffer): { entries: unknown[]; unreadable: number } {
  const entries: unknown[] = []
  let unreadable = 0
  for (let start = bytes.indexOf(HEAD); start >= 0; ) {
    const next = bytes.indexOf(HEAD, start + 1)
    const piece = bytes.subarray(start, next < 0 ? bytes.length : next)
    const entry = decodeLine(piece) ?? decodeLine(piece.subarray(0, -1))
    if (entry === null) unreadable++
    else entries.push(entry)
    start = next
  }
  return { entries, unreadable }
}

function decodeLine(line: Buffer): unknown {
  if (line.length <= ENTRY_START || line.at(-1) !== 0x7d) return null
  const head = line.toString('latin1', 0, ENTRY_START)
  const crc = head.slice(HEAD.length, HEAD.length + CRC_LENGTH)
  const text = line.subarray(ENTRY_START, -1)
  if (head !== `${HEAD}${crc}${MIDDLE}` || crc !== checksum(text)) return null
  try {
    return JSON.parse(text.toString())
  } catch {
    return null
  }
}

function checksum(bytes: Uint8Array): string {
  return crc32(bytes).toString(16).padStart(CRC_LENGTH, '0')
}

/** Removes trailing zeros: after a power loss a file's length may be on disk, but not its last bytes. */
function withoutZeros(bytes: Buffer): Buffer {
  let end = bytes.length
  while (end > 0 && bytes[end - 1] === 0) end--
  return bytes.subarray(0, end)
}
