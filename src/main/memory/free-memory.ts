import { readFileSync } from 'node:fs'
import os from 'node:os'
import { posix } from 'node:path'
import { parseLimit } from './cgroup-limit'
import { foldersUpwards, type MemoryCgroup, memoryCgroupOf } from './memory-cgroup'

/** How files are read: `null` for one that cannot be. */
type Read = (file: string) => string | null

const FILES = {
  1: { limit: 'memory.limit_in_bytes', used: 'memory.usage_in_bytes', stat: /^total_inactive_file (\d+)$/m },
  2: { limit: 'memory.max', used: 'memory.current', stat: /^inactive_file (\d+)$/m },
} as const

/**
 * The memory that programs can still get from this machine, in bytes: on Linux `MemAvailable`, which counts what the kernel
 * gives up for them (proc_meminfo(5)). `null` on macOS, where Node counts as used what is only cached.
 */
export function availableMemory(read: Read = readText, platform: string = process.platform): number | null {
  if (platform === 'darwin') return null
  if (platform !== 'linux') return os.freemem()
  const kib = /^MemAvailable:\s+(\d+) kB$/m.exec(read('/proc/meminfo') ?? '')?.[1]
  return kib === undefined ? null : Number(kib) * 1024
}

/**
 * The least that the memory cgroups of a process leave to it, in bytes, where the page cache that the kernel can give up
 * counts as free; `null` without a limit.
 */
export function freeInCgroup(
  pid: number,
  read: Read = readText,
  cgroup = memoryCgroupOf(pid),
): number | null {
  const free = (cgroup ? foldersUpwards(cgroup) : []).flatMap((folder) => freeIn(folder, cgroup, read) ?? [])
  return free.length === 0 ? null : Math.min(...free)
}

function freeIn(folder: string, cgroup: MemoryCgroup | null, read: Read): number | null {
  const files = FILES[cgroup?.version ?? 2]
  const limit = parseLimit(read(posix.join(folder, files.limit)) ?? '')
  const used = parseLimit(read(posix.join(folder, files.used)) ?? '')
  if (limit === null || used === null) return null
  const cached = Number(files.stat.exec(read(posix.join(folder, 'memory.stat')) ?? '')?.[1] ?? 0)
  return Math.max(0, limit - Math.max(0, used - cached))
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
