import os from 'node:os'
import { readCgroupMemoryLimit } from './cgroup-limit'
import { availableMemory, freeInCgroup } from './free-memory'

/** One end of the memory that a backend may take, in bytes. */
export interface MemoryBound {
  /** `STUDIO_MEMORY_LIMIT`, the machine's memory, or its cgroup's. */
  readonly boundBy: 'limit' | 'machine' | 'cgroup'
  /** The memory that is left below it. */
  readonly freeBytes: number
  /** All that is below it. */
  readonly wholeBytes: number
}

export interface BoundedBackend {
  /** The memory limit in bytes; `null` when off. */
  readonly limitBytes: number | null
  /** The memory that its processes hold, in bytes; `null` where that has not been read. */
  readonly heldBytes: number | null
  readonly pid: number | null
}

/** The ends of the memory that are known, now. */
export function memoryBounds({ limitBytes, heldBytes, pid }: BoundedBackend): MemoryBound[] {
  const bounds: MemoryBound[] = []
  if (limitBytes !== null && heldBytes !== null)
    bounds.push({ boundBy: 'limit', freeBytes: limitBytes - heldBytes, wholeBytes: limitBytes })
  const available = availableMemory()
  if (available !== null) bounds.push({ boundBy: 'machine', freeBytes: available, wholeBytes: os.totalmem() })
  const inCgroup = pid === null ? null : freeInCgroup(pid)
  if (inCgroup !== null) {
    const wholeBytes = Math.min(readCgroupMemoryLimit() ?? Number.POSITIVE_INFINITY, os.totalmem())
    bounds.push({ boundBy: 'cgroup', freeBytes: inCgroup, wholeBytes })
  }
  return bounds
}
