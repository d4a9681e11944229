import { readFileSync } from 'node:fs'
import v8 from 'node:v8'
import type { ThreadCost } from './messages'

/** Fields of `/proc/<pid>/stat`, counted from the one after the name, and their unit (proc_pid_stat(5)). */
const UTIME = 11
const STIME = 12
/** The kernel's `USER_HZ`, the same on every Linux that Electron runs on. */
const TICKS_PER_SECOND = 100

/** The cost of the calling thread so far. */
export function threadCost(): ThreadCost {
  const { total_physical_size, external_memory } = v8.getHeapStatistics()
  return { cpuMs: cpuMs(), atMs: performance.now(), memoryBytes: total_physical_size + external_memory }
}

/**
 * The thread's CPU time, from Linux, or Node from 22.15 on; elsewhere the time that the event loop was not
 * idle, which comes close.
 */
function cpuMs(): number {
  return linuxCpuMs() ?? nodeCpuMs() ?? performance.eventLoopUtilization().active
}

function nodeCpuMs(): number | null {
  try {
    const cpu = (process as { threadCpuUsage?: () => NodeJS.CpuUsage }).threadCpuUsage?.()
    return cpu ? (cpu.user + cpu.system) / 1_000 : null
  } catch {
    // It is not on every system.
    return null
  }
}

function linuxCpuMs(): number | null {
  if (process.platform !== 'linux') return null
  try {
    return parseThreadStat(readFileSync('/proc/thread-self/stat', 'latin1'))
  } catch {
    return null
  }
}

/** Parses the CPU time in a `/proc/thread-self/stat`, in milliseconds; `null` for anything else. */
export function parseThreadStat(stat: string): number | null {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = Number(fields[UTIME]) + Number(fields[STIME])
  return Number.isFinite(ticks) ? (ticks * 1_000) / TICKS_PER_SECOND : null
}
