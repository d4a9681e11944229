import type { ProcessRow } from './process-tree'

/** Numbers of the fields of `/proc/<pid>/stat`, counted from the state, which is field 3 (proc_pid_stat(5)). */
const STATE = 0
const PPID = 1
const START_TIME = 19
const RSS = 21

/** `AT_PAGESZ` of the auxiliary vector (getauxval(3)). */
const AT_PAGESZ = 6n
const USUAL_PAGE_BYTES = 4096
/** The largest page size of any Linux architecture. */
const MAX_PAGE_BYTES = 2 ** 20

/** Parses `/proc/<pid>/stat`; `null` for a zombie, which holds no memory, and for any other text. */
export function parseProcStat(text: string, pageBytes: number): ProcessRow | null {
  const open = text.indexOf('(')
  // A process name may hold blanks and parentheses.
  const close = text.lastIndexOf(')')
  if (open < 0 || close < open) return null
  const fields = text.slice(close + 2, close + 400).split(' ')
  if (fields[STATE] === 'Z' || fields[STATE] === 'X') return null
  const row = {
    pid: Number.parseInt(text, 10),
    ppid: Number(fields[PPID]),
    name: text.slice(open + 1, close),
    rssBytes: Number(fields[RSS]) * pageBytes,
    startTime: Number(fields[START_TIME]),
  }
  const numbers = [row.pid, row.ppid, row.rssBytes, row.startTime]
  // Processes are killed by pid: 0 and negative pids stand for whole groups (kill(2)).
  return row.pid > 0 && numbers.every((number) => Number.isSafeInteger(number) && number >= 0) ? row : null
}

/**
 * The page size from `/proc/<pid>/auxv`, pairs of machine words; 4 KiB, the usual one, if it is not there.
 */
export function parsePageBytes(auxv: Buffer, wordBytes: 4 | 8): number {
  for (let at = 0; at + 2 * wordBytes <= auxv.length; at += 2 * wordBytes) {
    if (word(auxv, at, wordBytes) !== AT_PAGESZ) continue
    const bytes = Number(word(auxv, at + wordBytes, wordBytes))
    if (bytes >= USUAL_PAGE_BYTES && bytes <= MAX_PAGE_BYTES) return bytes
  }
  return USUAL_PAGE_BYTES
}

/** Reads a machine word; Electron runs on little-endian machines only. */
function word(buffer: Buffer, at: number, wordBytes: 4 | 8): bigint {
  return wordBytes === 8 ? buffer.readBigUInt64LE(at) : BigInt(buffer.readUInt32LE(at))
}
