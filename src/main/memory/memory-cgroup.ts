import { readFileSync } from 'node:fs'
import { posix } from 'node:path'

/** The memory cgroup of a process, as visible to this process. */
export interface MemoryCgroup {
  readonly version: 1 | 2
  /** The folder of the group's own files. */
  readonly folder: string
  /** The mount point of its hierarchy: the highest visible folder. */
  readonly mountPoint: string
}

/**
 * The memory cgroup named by `/proc/<pid>/cgroup`, found among the mounts of `/proc/self/mountinfo` (formats:
 * cgroups(7), proc_pid_mountinfo(5)). `null` if no group controls memory, or it is not mounted here: a
 * container may see only its own part.
 */
export function findMemoryCgroup(procCgroup: string, mountinfo: string): MemoryCgroup | null {
  const { v1Memory, v2 } = parseGroups(procCgroup)
  // A hybrid system has both: a controller bound to v1 is absent from v2.
  if (v1Memory !== null) return locate(v1Memory, 1, mountinfo)
  return v2 === null ? null : locate(v2, 2, mountinfo)
}

/** The memory cgroup of a running process; `null` off Linux, for a process that has gone, and as above. */
export function memoryCgroupOf(pid: number | 'self'): MemoryCgroup | null {
  try {
    return findMemoryCgroup(
      readFileSync(`/proc/${pid}/cgroup`, 'utf8'),
      readFileSync('/proc/self/mountinfo', 'utf8'),
    )
  } catch {
    return null
  }
}

/** The kernel's limit of a path (`PATH_MAX`), in bytes; anything longer does not come from it. */
const MAX_PATH = 4_096

/** The group's folder and those above it, up to the mount point: limits and v2 counters are inherited. */
export function foldersUpwards({ folder, mountPoint }: MemoryCgroup): string[] {
  const folders = [folder]
  for (let at = folder; at !== mountPoint && at !== '/'; ) {
    at = posix.dirname(at)
    folders.push(at)
  }
  return folders
}

/** The process's group in each hierarchy; `null` if it is in none. */
export interface Groups {
  readonly v1Memory: string | null
  readonly v2: string | null
}

/** Parses `/proc/<pid>/cgroup`: lines of `hierarchy:controllers:path`; a path may hold colons. */
export function parseGroups(procCgroup: string): Groups {
  let v1Memory: string | null = null
  let v2: string | null = null
  for (const line of procCgroup.split('\n')) {
    const [, hierarchy, controllers = '', marked = ''] = /^(\d+):([^:]*):(\/.*)$/.exec(line) ?? []
    if (hierarchy === undefined || marked.length > MAX_PATH) continue
    // The kernel marks the folder of a group that was removed while its processes ran.
    const group = marked.replace(/ \(deleted\)$/, '')
    if (controllers.split(',').includes('memory')) v1Memory = group
    else if (hierarchy === '0' && controllers === '') v2 = group
  }
  return { v1Memory, v2 }
}

function locate(path: string, version: 1 | 2, mountinfo: string): MemoryCgroup | null {
  let found: { root: string; cgroup: MemoryCgroup } | null = null
  for (const { root, mountPoint } of cgroupMounts(mountinfo, version)) {
    const below = pathBelow(root, path)
    // The deepest root wins, and of equal ones the last: it covers the earlier mounts.
    if (below === null || (found && root.length < found.root.length)) continue
    found = { root, cgroup: { version, folder: posix.resolve(mountPoint, `.${below}`), mountPoint } }
  }
  return found?.cgroup ?? null
}

/**
 * The path below a mount's root: a mount shows the part of its hierarchy below that, and both paths count
 * from the cgroup namespace's root. `null` if the path is not there.
 */
export function pathBelow(root: string, path: string): string | null {
  if (path.split('/').includes('..')) return null
  if (root === '/') return path
  if (path === root) return '/'
  return path.startsWith(`${root}/`) ? path.slice(root.length) : null
}

/** The mounts of one version's memory groups: the group `root` is at the folder `mountPoint`. */
export function cgroupMounts(mountinfo: string, version: 1 | 2): { root: string; mountPoint: string }[] {
  return mountinfo.split('\n').flatMap((line) => {
    const [mount = '', filesystem = ''] = line.split(' - ')
    const [type = '', , options = ''] = filesystem.split(' ')
    const fits =
      version === 1 ? type === 'cgroup' && options.split(',').includes('memory') : type === 'cgroup2'
    const [, , , root, mountPoint] = mount.split(' ')
    return fits && isPath(root) && isPath(mountPoint)
      ? [{ root: unescapeOctal(root), mountPoint: posix.resolve(unescapeOctal(mountPoint)) }]
      : []
  })
}

function isPath(text: string | undefined): text is string {
  return text?.startsWith('/') === true && text.length <= MAX_PATH
}

/** Decodes mountinfo, which writes space, tab, newline and backslash as three octal digits. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
}
