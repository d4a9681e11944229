import fs from 'node:fs'
import { describe, expect, test } from 'vitest'
import { limitFiles, parseLimit, readCgroupMemoryLimit } from './cgroup-limit'
import { parseGroups } from './memory-cgroup'

const V1_MOUNT = '35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory'
const V2_MOUNT = '30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate'

test.each([
  ['v1', '9:name=systemd:/\n4:memory:/a/b\n0::/\n', { v1Memory: '/a/b', v2: '/' }],
  ['v1 with joined controllers', '3:cpu,memory:/x', { v1Memory: '/x', v2: null }],
  ['v2', '0::/user.slice/app.scope\n', { v1Memory: null, v2: '/user.slice/app.scope' }],
  ['a path with a colon', '0::/a:b', { v1Memory: null, v2: '/a:b' }],
  ['garbage', 'x\n\n::\n1:memory', { v1Memory: null, v2: null }],
])('groups: %s', (_, text, groups) => expect(parseGroups(text)).toEqual(groups))

describe('files that may hold a limit', () => {
  const files = (v1Memory: string | null, v2: string | null, mountinfo: string) =>
    limitFiles({ v1Memory, v2 }, mountinfo)

  test('v2: the group and its parents', () => {
    expect(files(null, '/a.slice/b.scope', V2_MOUNT)).toEqual([
      '/sys/fs/cgroup/a.slice/b.scope/memory.max',
      '/sys/fs/cgroup/a.slice/memory.max',
      '/sys/fs/cgroup/memory.max',
    ])
  })

  test('v1: the memory hierarchy alone', () => {
    const cpu = '32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu'
    expect(files('/a', null, `${cpu}\n${V1_MOUNT}`)).toEqual([
      '/sys/fs/cgroup/memory/a/memory.limit_in_bytes',
      '/sys/fs/cgroup/memory/memory.limit_in_bytes',
    ])
  })

  test('a container, where only its own group is mounted', () => {
    const mount = V1_MOUNT.replace(' / ', ' /docker/abc ')
    expect(files('/docker/abc', null, mount)).toEqual(['/sys/fs/cgroup/memory/memory.limit_in_bytes'])
    expect(files('/docker/abc/x', null, mount)).toHaveLength(2)
    expect(files('/elsewhere', null, mount)).toEqual(['/sys/fs/cgroup/memory/memory.limit_in_bytes'])
    expect(files(null, '/../outside', V2_MOUNT)).toEqual(['/sys/fs/cgroup/memory.max'])
  })

  test('a mount point with a space', () => {
    expect(files(null, '/', V2_MOUNT.replace('/sys/fs/cgroup', '/my\\040cgroups'))).toEqual([
      '/my cgroups/memory.max',
    ])
  })
})

test.each([
  ['1073741824\n', 1_073_741_824],
  ['max\n', null],
  ['9223372036854771712', null],
  ['0', null],
  ['-1', null],
  ['', null],
])('%j is a limit of %d', (text, limit) => expect(parseLimit(text)).toBe(limit))

describe('the limit that binds', () => {
  const read = (files: Record<string, string>) => readCgroupMemoryLimit((file) => files[file] ?? null)
  const v2 = { '/proc/self/cgroup': '0::/a/b', '/proc/self/mountinfo': V2_MOUNT }

  test('the smallest of the group and its parents', () => {
    expect(
      read({
        ...v2,
        '/sys/fs/cgroup/a/b/memory.max': '3000',
        '/sys/fs/cgroup/a/memory.max': '2000',
        '/sys/fs/cgroup/memory.max': 'max',
      }),
    ).toBe(2000)
  })

  test('none without a limit', () => {
    expect(read({ ...v2, '/sys/fs/cgroup/a/b/memory.max': 'max' })).toBeNull()
  })

  test('none without cgroups', () => expect(read({})).toBeNull())
})

test('reads this machine', () => {
  const limit = readCgroupMemoryLimit()
  if (!fs.existsSync('/proc/self/cgroup')) return expect(limit).toBeNull()
  expect(limit === null || limit > 0).toBe(true)
})

const V1_ROOT = '/sys/fs/cgroup/memory'
const mayMakeGroups =
  fs.existsSync(`${V1_ROOT}/memory.limit_in_bytes`) &&
  process.platform === 'linux' &&
  process.getuid?.() === 0

test.runIf(mayMakeGroups)('reads a real limit from the kernel', () => {
  const group = `${V1_ROOT}/cgroup-limit-test-${process.pid}`
  fs.mkdirSync(group)
  try {
    fs.writeFileSync(`${group}/memory.limit_in_bytes`, String(300 * 2 ** 20))
    const limit = readCgroupMemoryLimit((file) =>
      file === '/proc/self/cgroup'
        ? `4:memory:/${group.slice(V1_ROOT.length + 1)}`
        : fs.existsSync(file)
          ? fs.readFileSync(file, 'utf8')
          : null,
    )
    expect(limit).toBe(300 * 2 ** 20)
  } finally {
    fs.rmdirSync(group)
  }
})
