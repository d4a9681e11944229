import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs'
import { type ProcStat, parsePageBytes, parseStat } from './proc-stat'

/** The folder in which Linux shows its processes; nothing is there on other systems. */
export const PROC = '/proc'

/** A `/proc/<pid>/stat` takes 200 to 350 bytes. */
const STAT_BYTES = 1024
const buffer = Buffer.allocUnsafe(STAT_BYTES)

/** The pids of all processes that can be seen. @throws the system's error where there is no such folder */
export function listPids(proc = PROC): string[] {
  return readdirSync(proc).filter(isPid)
}

/** The text of a `/proc/<pid>/stat`; `null` for a process that is gone. */
export function readStatText(pid: string | number, proc = PROC): string | null {
  let file: number
  try {
    file = openSync(`${proc}/${pid}/stat`, 'r')
  } catch {
    return null
  }
  try {
    return buffer.toString('utf8', 0, readSync(file, buffer, 0, STAT_BYTES, 0))
  } catch {
    return null
  } finally {
    closeSync(file)
  }
}

/** `null` for a process that is gone, and everywhere but on Linux. */
export function readStat(pid: string | number, proc = PROC): ProcStat | null {
  const text = readStatText(pid, proc)
  return text === null ? null : parseStat(text)
}

/**
 * The session of a process: what is started detached (setsid(2)) gets one of its own, and is meant to outlive its
 * parent. `null` where it cannot be told, which is everywhere but on Linux.
 */
export function sessionOf(pid: number): number | null {
  const session = readStat(pid)?.session
  return session !== undefined && Number.isInteger(session) ? session : null
}

/** The processor time of the thread that asks, in milliseconds; `null` everywhere but on Linux. */
export function threadCpuMs(): number | null {
  const cpuMs = readStat('thread-self')?.cpuMs
  return cpuMs !== undefined && Number.isFinite(cpuMs) ? cpuMs : null
}

/** The environment that a process was started with, as `NAME=value`; empty for another user's (proc_pid_environ(5)). */
export function environmentOf(pid: string | number, proc = PROC): string[] {
  return readEntries(`${proc}/${pid}/environ`)
}

/** The command line that a process was started with, the program first; empty where that cannot be read (proc_pid_cmdline(5)). */
export function argumentsOf(pid: number, proc = PROC): string[] {
  return readEntries(`${proc}/${pid}/cmdline`)
}

/** The size of a page of memory, in bytes. */
export function readPageBytes(proc = PROC): number {
  const wordBytes = process.arch === 'arm' || process.arch === 'ia32' ? 4 : 8
  try {
    return parsePageBytes(readFileSync(`${proc}/self/auxv`), wordBytes)
  } catch {
    return parsePageBytes(Buffer.alloc(0), wordBytes)
  }
}

/** Each entry ends with a NUL. */
function readEntries(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\0').slice(0, -1)
  } catch {
    return []
  }
}

function isPid(name: string): boolean {
  const first = name.charCodeAt(0)
  return first >= 48 && first <= 57
}
