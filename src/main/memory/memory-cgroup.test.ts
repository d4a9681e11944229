import { describe, expect, it } from 'vitest'
import { findMemoryCgroup, foldersUpwards, type MemoryCgroup, memoryCgroupOf } from './memory-cgroup'

const V2_MOUNT = '30 23 0:26 / /sys/fs/cgroup rw,nosuid,nodev shared:4 - cgroup2 cgroup2 rw,nsdelegate'
const V1_MOUNTS = `31 23 0:28 / /sys/fs/cgroup ro,nosuid shared:8 - tmpfs tmpfs ro,mode=755
34 31 0:31 / /sys/fs/cgroup/cpu,cpuacct rw shared:13 - cgroup cgroup rw,cpu,cpuacct
35 31 0:32 / /sys/fs/cgroup/memory rw shared:14 - cgroup cgroup rw,memory
36 31 0:33 / /sys/fs/cgroup/pids rw shared:15 - cgroup cgroup rw,pids
`
const V1_GROUPS = '12:cpu,cpuacct:/a\n4:memory:/a/b\n1:name=systemd:/init.scope\n'
const SCOPE = '/user.slice/user-1000.slice/user@1000.service/app.slice/app-gnome-studio-4242.scope'
const DOCKER = '/docker/0123abc'

const v1 = (folder: string, mountPoint: string): MemoryCgroup => ({ version: 1, folder, mountPoint })
const v2 = (folder: string, mountPoint = '/sys/fs/cgroup'): MemoryCgroup => ({
  version: 2,
  folder,
  mountPoint,
})

const TABLE: readonly [what: string, procCgroup: string, mountinfo: string, MemoryCgroup | null][] = [
  ['v2, a scope of the desktop', `0::${SCOPE}\n`, V2_MOUNT, v2(`/sys/fs/cgroup${SCOPE}`)],
  ['v2, a container with a namespace of its own', '0::/\n', V2_MOUNT, v2('/sys/fs/cgroup')],
  [
    'v2, a container that sees the host',
    `0::${DOCKER}\n`,
    V2_MOUNT.replace('0:26 /', `0:26 ${DOCKER}`),
    v2('/sys/fs/cgroup'),
  ],
  ['a mount at no absolute path', '0::/\n', V2_MOUNT.replace('/sys', 'sys'), null],
  ['a path longer than any', `0::${'/a'.repeat(100_000)}\n`, V2_MOUNT, null],
  ['v1', V1_GROUPS, V1_MOUNTS, v1('/sys/fs/cgroup/memory/a/b', '/sys/fs/cgroup/memory')],
  [
    'v1, Docker: the mount shows the own group as its root',
    `5:memory:${DOCKER}\n`,
    `40 31 0:32 ${DOCKER} /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n`,
    v1('/sys/fs/cgroup/memory', '/sys/fs/cgroup/memory'),
  ],
  [
    'v1, Docker: a group below',
    `5:memory:${DOCKER}/engine\n`,
    `40 31 0:32 ${DOCKER} /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n`,
    v1('/sys/fs/cgroup/memory/engine', '/sys/fs/cgroup/memory'),
  ],
  [
    'v1, Docker: another container’s group, of a name that begins alike',
    `5:memory:${DOCKER}def\n`,
    `40 31 0:32 ${DOCKER} /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n`,
    null,
  ],
  [
    'hybrid: memory is in v1',
    `4:memory:/a/b\n0::/a\n`,
    `${V1_MOUNTS}${V2_MOUNT.replace('/sys/fs/cgroup', '/sys/fs/cgroup/unified')}`,
    v1('/sys/fs/cgroup/memory/a/b', '/sys/fs/cgroup/memory'),
  ],
  [
    'hybrid: memory is in v2',
    `2:cpuset:/\n0::/a\n`,
    `${V1_MOUNTS}${V2_MOUNT.replace('/sys/fs/cgroup', '/sys/fs/cgroup/unified')}`,
    v2('/sys/fs/cgroup/unified/a', '/sys/fs/cgroup/unified'),
  ],
  ['v1 that is mounted nowhere', V1_GROUPS, V2_MOUNT, null],
  ['v2 that is mounted nowhere', '0::/a\n', V1_MOUNTS, null],
  ['a group above what can be seen', '0::/../other.scope\n', V2_MOUNT, null],
  [
    'blanks in a mount point, colons in a path, no optional fields',
    '0::/a:b/with space\n',
    '30 23 0:26 / /mnt/c\\040group rw - cgroup2 cgroup2 rw',
    v2('/mnt/c group/a:b/with space', '/mnt/c group'),
  ],
  ['a group that was removed', '0::/a (deleted)\n', V2_MOUNT, v2('/sys/fs/cgroup/a')],
  [
    'two mounts: the deeper root, then the later',
    `0::${DOCKER}/x\n`,
    `30 23 0:26 ${DOCKER} /first rw - cgroup2 cgroup2 rw\n31 23 0:26 / /whole rw - cgroup2 cgroup2 rw\n32 23 0:26 ${DOCKER} /second rw - cgroup2 cgroup2 rw\n`,
    v2('/second/x', '/second'),
  ],
  ['nothing', '', '', null],
  ['nonsense', 'memory\n:::\n', ' - cgroup2\n- -\n', null],
]

describe('findMemoryCgroup', () => {
  it.each(TABLE)('%s', (_what, procCgroup, mountinfo, expected) => {
    expect(findMemoryCgroup(procCgroup, mountinfo)).toEqual(expected)
  })
})

describe('foldersUpwards', () => {
  it('ends at the mount point', () => {
    expect(foldersUpwards(v2('/sys/fs/cgroup/a/b'))).toEqual([
      '/sys/fs/cgroup/a/b',
      '/sys/fs/cgroup/a',
      '/sys/fs/cgroup',
    ])
    expect(foldersUpwards(v2('/sys/fs/cgroup'))).toEqual(['/sys/fs/cgroup'])
  })

  it('ends anyway', () => {
    expect(foldersUpwards(v2('/elsewhere'))).toEqual(['/elsewhere', '/'])
  })
})

describe('memoryCgroupOf', () => {
  it('is null for no process', () => {
    expect(memoryCgroupOf(2 ** 30)).toBeNull()
  })
})
