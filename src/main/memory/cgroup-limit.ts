import { readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { cgroupMounts, foldersUpwards, type Groups, parseGroups, pathBelow } from './memory-cgroup'

const LIMIT_FILES = { 1: 'memory.limit_in_bytes', 2: 'memory.max' } as const

/**
 * The files that may limit the process, from its own group up to the outermost visible one: a parent's limit
 * binds its children. Both versions count: on a hybrid system either may have the memory controller.
 * `mountinfo` is `/proc/self/mountinfo`, see proc_pid_mountinfo(5).
 */
export function limitFiles({ v1Memory, v2 }: Groups, mountinfo: string): readonly string[] {
  return ([1, 2] as const).flatMap((version) => {
    const group = version === 1 ? v1Memory : v2
    return group === null ? [] : filesUpwards(group, version, mountinfo)
  })
}

/** Parses a limit in bytes; `null` for no limit (`max`, or v1's largest page count) and for anything else. */
export function parseLimit(text: string): number | null {
  const digits = /^\d+$/.exec(text.trim())?.[0]
  const bytes = Number(digits)
  return digits !== undefined && bytes > 0 && bytes <= Number.MAX_SAFE_INTEGER ? bytes : null
}

/** The memory limit of this process's cgroup, in bytes. `null` without one, and off Linux. Never throws. */
export function readCgroupMemoryLimit(read: (file: string) => string | null = readText): number | null {
  const procCgroup = read('/proc/self/cgroup')
  const mountinfo = procCgroup === null ? null : read('/proc/self/mountinfo')
  if (procCgroup === null || mountinfo === null) return null
  const limits = limitFiles(parseGroups(procCgroup), mountinfo)
    .map((file) => parseLimit(read(file) ?? ''))
    .filter((limit) => limit !== null)
  return limits.length === 0 ? null : Math.min(...limits)
}

function filesUpwards(group: string, version: 1 | 2, mountinfo: string): string[] {
  return cgroupMounts(mountinfo, version).flatMap(({ root, mountPoint }) => {
    // It is outside of what is mounted, as in a container that sees only its own group, at the mount point.
    const below = pathBelow(root, group) ?? '/'
    const folder = posix.resolve(mountPoint, `.${below}`)
    return foldersUpwards({ version, folder, mountPoint }).map((at) => posix.join(at, LIMIT_FILES[version]))
  })
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
