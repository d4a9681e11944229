import fs from 'node:fs'
import path from 'node:path'

/** A mounted cgroup hierarchy: the group `root` is seen at the folder `mountPoint`. */
interface Hierarchy {
  readonly root: string
  readonly mountPoint: string
  readonly limitFile: 'memory.limit_in_bytes' | 'memory.max'
}

/** The process's group in each hierarchy; `null` where it is in none. */
export interface Groups {
  readonly v1Memory: string | null
  readonly v2: string | null
}

/** From `/proc/self/cgroup`: lines `id:controllers:path`, see cgroups(7). */
export function parseGroups(procCgroup: string): Groups {
  let v1Memory: string | null = null
  let v2: string | null = null
  for (const line of procCgroup.split('\n')) {
    const [, id, controllers, group] = /^(\d+):([^:]*):(\/.*)$/.exec(line) ?? []
    if (group === undefined) continue
    if (controllers?.split(',').includes('memory')) v1Memory = group
    else if (id === '0' && controllers === '') v2 = group
  }
  return { v1Memory, v2 }
}

/**
 * The files that may limit the process, from its own group up to the outermost one that can be seen: a parent's
 * limit binds its children. `mountinfo` is `/proc/self/mountinfo`, see proc_pid_mountinfo(5).
 */
export function limitFiles(groups: Groups, mountinfo: string): readonly string[] {
  return mountinfo.split('\n').flatMap((line) => {
    const hierarchy = parseHierarchy(line)
    if (!hierarchy) return []
    const group = hierarchy.limitFile === 'memory.max' ? groups.v2 : groups.v1Memory
    return group === null ? [] : filesUpwards(hierarchy, group)
  })
}

/** Bytes; `null` for no limit (`max`, or v1's largest page count) and for anything that is not a limit. */
export function parseLimit(text: string): number | null {
  const digits = /^\d+$/.exec(text.trim())?.[0]
  const bytes = Number(digits)
  return digits !== undefined && bytes > 0 && bytes <= Number.MAX_SAFE_INTEGER ? bytes : null
}

/** The memory limit of the cgroup that this process is in, in bytes. `null` without one, and off Linux. Never throws. */
export function readCgroupMemoryLimit(read: (file: string) => string | null = readText): number | null {
  const procCgroup = read('/proc/self/cgroup')
  const mountinfo = procCgroup === null ? null : read('/proc/self/mountinfo')
  if (procCgroup === null || mountinfo === null) return null
  const limits = limitFiles(parseGroups(procCgroup), mountinfo)
    .map((file) => parseLimit(read(file) ?? ''))
    .filter((limit) => limit !== null)
  return limits.length === 0 ? null : Math.min(...limits)
}

function parseHierarchy(line: string): Hierarchy | null {
  const [mount = '', filesystem = ''] = line.split(' - ')
  const [, , , root, mountPoint] = mount.split(' ').map(decodeOctal)
  const [type, , options = ''] = filesystem.split(' ')
  if (root === undefined || mountPoint === undefined) return null
  if (type === 'cgroup2') return { root, mountPoint, limitFile: 'memory.max' }
  const isMemory = type === 'cgroup' && options.split(',').includes('memory')
  return isMemory ? { root, mountPoint, limitFile: 'memory.limit_in_bytes' } : null
}

function filesUpwards({ root, mountPoint, limitFile }: Hierarchy, group: string): string[] {
  const below = path.posix.relative(root, group)
  // Outside of what is mounted, as in a container that sees its own group only.
  const steps = below === '' || below.startsWith('..') || group.startsWith('/..') ? [] : below.split('/')
  const depths = Array.from({ length: steps.length + 1 }, (_, index) => steps.length - index)
  return depths.map((depth) => path.posix.join(mountPoint, ...steps.slice(0, depth), limitFile))
}

/** Spaces and the like stand as `\040` there. */
function decodeOctal(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  )
}

function readText(file: string): string | null {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
