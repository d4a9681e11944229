import { readFileSync } from 'node:fs'
import { posix } from 'node:path'

/** The memory cgroup of a process, as this process can see it. */
export interface MemoryCgroup {
  readonly version: 1 | 2
  /** Where the group's own files are. */
  readonly folder: string
  /** Where its hierarchy is mounted: the highest folder that can be seen. */
  readonly mountPoint: string
}

/**
 * The memory cgroup named by `/proc/<pid>/cgroup`, found among the mounts of `/proc/self/mountinfo`
 * (formats: cgroups(7), proc_pid_mountinfo(5)). `null` when memory is under no group, or under one that is
 * mounted nowhere here: a container may see its own part only.
 */
export function findMemoryCgroup(procCgroup: string, mountinfo: string): MemoryCgroup | null {
  const groups = parseProcCgroup(procCgroup)
  // A hybrid system has both: a controller bound to v1 is absent from v2.
  const v1 = groups.find(({ controllers }) => controllers.includes('memory'))
  if (v1) return locate(v1.path, 1, mountinfo)
  const v2 = groups.find(({ hierarchy }) => hierarchy === '0')
  return v2 ? locate(v2.path, 2, mountinfo) : null
}

/** The memory cgroup of a running process; `null` off Linux, for a process that is gone, and as above. */
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

/** The group's folder and those above it, up to the mount point: limits and v2 counters are inherited. */
export function foldersUpwards({ folder, mountPoint }: MemoryCgroup): string[] {
  const folders = [folder]
  for (let at = folder; at !== mountPoint && at !== '/'; ) {
    at = posix.dirname(at)
    folders.push(at)
  }
  return folders
}

interface Group {
  readonly hierarchy: string
  readonly controllers: readonly string[]
  readonly path: string
}

/** Lines of `hierarchy:controllers:path`; a path may hold colons. */
function parseProcCgroup(text: string): Group[] {
  return text.split('\n').flatMap((line) => {
    const match = /^(\d+):([^:]*):(\/.*)$/.exec(line)
    if (!match) return []
    const [, hierarchy = '', controllers = '', path = ''] = match
    // The kernel marks the folder of a group that was removed under its processes.
    return [{ hierarchy, controllers: controllers.split(','), path: path.replace(/ \(deleted\)$/, '') }]
  })
}

function locate(path: string, version: 1 | 2, mountinfo: string): MemoryCgroup | null {
  let found: { root: string; cgroup: MemoryCgroup } | null = null
  for (const { root, mountPoint } of cgroupMounts(mountinfo, version)) {
    const below = pathBelow(root, path)
    // The deepest root, and of equal ones the last: it lies over the earlier mounts.
    if (below === null || (found && root.length < found.root.length)) continue
    found = { root, cgroup: { version, folder: posix.resolve(mountPoint, `.${below}`), mountPoint } }
  }
  return found?.cgroup ?? null
}

/** A mount shows the part of its hierarchy below its root; both paths count from the cgroup namespace's root. */
function pathBelow(root: string, path: string): string | null {
  if (path.split('/').includes('..')) return null
  if (root === '/') return path
  if (path === root) return '/'
  return path.startsWith(`${root}/`) ? path.slice(root.length) : null
}

function cgroupMounts(mountinfo: string, version: 1 | 2): { root: string; mountPoint: string }[] {
  return mountinfo.split('\n').flatMap((line) => {
    const [mount = '', filesystem = ''] = line.split(' - ')
    const [type = '', , options = ''] = filesystem.split(' ')
    const fits =
      version === 1 ? type === 'cgroup' && options.split(',').includes('memory') : type === 'cgroup2'
    const [, , , root, mountPoint] = mount.split(' ')
    return fits && root && mountPoint
      ? [{ root: unescapeOctal(root), mountPoint: unescapeOctal(mountPoint) }]
      : []
  })
}

/** mountinfo writes space, tab, newline and backslash as three octal digits. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
}
