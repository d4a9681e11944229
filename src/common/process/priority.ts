import { readdirSync, readFileSync } from 'node:fs'
import os from 'node:os'
import { PROC } from './proc'

/** Bit of a process that may raise priorities (capabilities(7)). */
const CAP_SYS_NICE = 23n
/** The least `Max nice priority` with which a process may set the usual priority itself (getrlimit(2)). */
const USUAL_NICE_LIMIT = 20

/**
 * True if a priority that this process lowers it may raise again. Elsewhere on POSIX a process that was slowed down would be
 * slow for good.
 */
export function canRaisePriority(platform: string = process.platform, proc = PROC): boolean {
  if (platform === 'win32') return true
  if (platform !== 'linux') return false
  try {
    const capabilities = /^CapEff:\s+([0-9a-f]+)$/m.exec(readFileSync(`${proc}/self/status`, 'utf8'))?.[1]
    if (capabilities !== undefined && ((BigInt(`0x${capabilities}`) >> CAP_SYS_NICE) & 1n) === 1n) return true
    const limit = /^Max nice priority\s+(\d+)/m.exec(readFileSync(`${proc}/self/limits`, 'utf8'))?.[1]
    return limit !== undefined && Number(limit) >= USUAL_NICE_LIMIT
  } catch {
    return false
  }
}

/** Sets the priority of a process with all its threads: on Linux each has its own (setpriority(2)). @throws the system's error */
export function setProcessPriority(pid: number, priority: number, proc = PROC): void {
  os.setPriority(pid, priority)
  for (const thread of threadsOf(pid, proc)) os.setPriority(thread, priority)
}

/** Empty everywhere but on Linux, and of a process that is gone. */
function threadsOf(pid: number, proc: string): number[] {
  try {
    return readdirSync(`${proc}/${pid}/task`).map(Number)
  } catch {
    return []
  }
}
