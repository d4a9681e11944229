import type { ProcessRow } from './process-tree'

/** Numbers of the fields of `/proc/<pid>/stat`, counted from the state, which is field 3 (proc_pid_stat(5)). */
const STATE = 0
const PPID = 1
const SESSION = 3
const UTIME = 11
const STIME = 12
const START_TIME = 19
const RSS = 21

/** `USER_HZ`, the same on every Linux that Electron runs on. */
const TICKS_PER_SECOND = 100

/** `AT_PAGESZ` of the auxiliary vector (getauxval(3)). */
const AT_PAGESZ = 6n
const USUAL_PAGE_BYTES = 4096
/** The largest page size of any Linux architecture. */
const MAX_PAGE_BYTES = 2 ** 20

/** One process or thread by its `/proc/<pid>/stat`. A field that is not there is NaN. */
export interface ProcStat {
  readonly pid: number
  readonly ppid: number
  readonly name: string
  /** A zombie, or dead: it holds nothing any more. */
  readonly isOver: boolean
  /** The session; a process that is started detached (setsid(2)) has one of its own. */
  readonly session: number
  /** Processor time, the user's and the kernel's, in milliseconds. */
  readonly cpuMs: number
  /** In clock ticks since the machine's start. */
  readonly startTime: number
  readonly rssPages: number
}

/** `null` for anything that is no `/proc/<pid>/stat`. */
export function parseStat(text: string): ProcStat | null {
  const open = text.indexOf('(')
  // A process name may hold blanks and parentheses.
  const close = text.lastIndexOf(')')
  if (open < 0 || close < open) return null
  const fields = text.slice(close + 2, close + 400).split(' ')
  return {
    pid: Number.parseInt(text, 10),
    ppid: Number(fields[PPID]),
    name: text.slice(open + 1, close),
    isOver: fields[STATE] === 'Z' || fields[STATE] === 'X',
    session: Number(fields[SESSION]),
    cpuMs: ((Number(fields[UTIME]) + Number(fields[STIME])) * 1_000) / TICKS_PER_SECOND,
    startTime: Number(fields[START_TIME]),
    rssPages: Number(fields[RSS]),
  }
}

/** `null` for a zombie, and for anything that is no `/proc/<pid>/stat`. */
export function parseProcessRow(text: string, pageBytes: number): ProcessRow | null {
  const stat = parseStat(text)
  if (!stat || stat.isOver) return null
  const { pid, ppid, name, startTime } = stat
  const row = { pid, ppid, name, rssBytes: stat.rssPages * pageBytes, startTime }
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
