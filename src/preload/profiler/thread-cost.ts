import v8 from 'node:v8'
import { threadCpuMs } from '../../common/process/proc'
import type { ThreadCost } from './messages'

/** The CPU time that the calling thread has used so far. */
export function threadCost(): ThreadCost {
  const { total_physical_size, external_memory } = v8.getHeapStatistics()
  return { cpuMs: cpuMs(), atMs: performance.now(), memoryBytes: total_physical_size + external_memory }
}

/**
 * The thread's CPU time, from Linux, or Node from 22.15 on; elsewhere the time that the event loop was not
 * idle, which comes close.
 */
function cpuMs(): number {
  return threadCpuMs() ?? nodeCpuMs() ?? performance.eventLoopUtilization().active
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
