import { expect, it } from 'vitest'
import { availableMemory, freeInCgroup } from './free-memory'

const files = (all: Record<string, string>) => (file: string) => all[file] ?? null

it('reads what Linux can still give', () => {
  const meminfo = 'MemTotal: 100 kB\nMemFree: 10 kB\nMemAvailable:   64 kB\n'
  expect(availableMemory(files({ '/proc/meminfo': meminfo }), 'linux')).toBe(65_536)
  expect(availableMemory(files({}), 'linux')).toBeNull()
  expect(availableMemory(files({}), 'darwin')).toBeNull()
  expect(availableMemory(files({}), 'win32')).toBeGreaterThan(0)
})

it('takes the least that the groups above a process leave, without what is only cached', () => {
  const read = files({
    '/cg/a/b/memory.max': 'max\n',
    '/cg/a/b/memory.current': '10\n',
    '/cg/a/memory.max': '1000\n',
    '/cg/a/memory.current': '700\n',
    '/cg/a/memory.stat': 'anon 300\ninactive_file 250\nactive_file 100\n',
    '/cg/memory.max': '5000\n',
    '/cg/memory.current': '900\n',
  })
  expect(freeInCgroup(1, read, { version: 2, folder: '/cg/a/b', mountPoint: '/cg' })).toBe(550)
  expect(freeInCgroup(1, files({}), { version: 2, folder: '/cg/a/b', mountPoint: '/cg' })).toBeNull()
  expect(freeInCgroup(1, read, null)).toBeNull()
})

it('reads groups of the first version', () => {
  const read = files({
    '/cg/memory.limit_in_bytes': '1000',
    '/cg/memory.usage_in_bytes': '1200',
    '/cg/memory.stat': 'inactive_file 1\ntotal_inactive_file 100\n',
  })
  expect(freeInCgroup(1, read, { version: 1, folder: '/cg', mountPoint: '/cg' })).toBe(0)
})
