import { accessSync, constants } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { LinuxTree } from './linux-tree'
import { type SystemProcess, SystemTree, toRows } from './system-tree'

const MIB = 2 ** 20
const process_ = (known: Partial<SystemProcess>): SystemProcess => ({
  pid: 10,
  parentPid: 5,
  name: 'python3',
  memRss: 2_048,
  started: '2026-11-23 20:11:55',
  state: 'sleeping',
  ...known,
})

describe('toRows', () => {
  it('reads KiB and seconds', () => {
    expect(toRows([process_({})], 'win32', -60)).toEqual([
      {
        pid: 10,
        ppid: 5,
        name: 'python3',
        rssBytes: 2 * MIB,
        startTime: Date.UTC(2026, 10, 23, 20, 11, 55) / 1_000,
      },
    ])
  })

  it('knows a process again after the clocks were changed', () => {
    // macOS: the same moment in winter and in summer time; Windows gives it as it was.
    const [winter] = toRows([process_({ started: '2026-03-28 12:00:00' })], 'darwin', -60)
    const [summer] = toRows([process_({ started: '2026-03-28 13:00:00' })], 'darwin', -120)
    expect(summer?.startTime).toBe(winter?.startTime)
    const [before] = toRows([process_({})], 'win32', -60)
    const [after] = toRows([process_({})], 'win32', -120)
    expect(after?.startTime).toBe(before?.startTime)
  })

  it('leaves out zombies and what is not whole', () => {
    const rows = [
      process_({ state: 'zombie' }),
      process_({ started: '' }),
      process_({ pid: Number.NaN }),
      process_({ memRss: Number.NaN }),
      process_({ memRss: 1e308 }),
      // To the system this stands for whole groups.
      process_({ pid: -1 }),
      process_({ pid: 0 }),
    ]
    expect(toRows(rows, 'darwin', 0)).toEqual([])
  })
})

describe('SystemTree', () => {
  it('follows a tree whose start times wobble by a second', async () => {
    const lists = [
      [process_({ pid: 10 }), process_({ pid: 11, parentPid: 10 }), process_({ pid: 12, parentPid: 1 })],
      [
        process_({ pid: 10, started: '2026-11-23 20:11:54' }),
        process_({ pid: 11, parentPid: 1, started: '2026-11-23 20:11:56' }),
      ],
    ]
    const tree = new SystemTree(10, async () => lists.shift() ?? [])
    expect(await tree.read()).toMatchObject({ rssBytes: 4 * MIB, processes: [{ pid: 10 }, { pid: 11 }] })
    expect(await tree.read()).toMatchObject({ processes: [{ pid: 10 }, { pid: 11 }] })
    expect(await tree.read()).toBeNull()
  })

  it('is null when the list fails', async () => {
    expect(await new SystemTree(10, () => Promise.reject(new Error('ps'))).read()).toBeNull()
  })

  it.runIf(process.platform === 'linux' && has('/bin/ps'))(
    'agrees with /proc by the real library',
    async () => {
      const known = new LinuxTree(process.pid).read()?.processes[0]
      const [self] = (await new SystemTree(process.pid).read())?.processes ?? []
      expect(self).toMatchObject({ pid: process.pid, ppid: process.ppid })
      expect(Math.abs((self?.rssBytes ?? 0) - (known?.rssBytes ?? 0))).toBeLessThan(64 * MIB)
      const startedAt = Date.now() / 1_000 - process.uptime()
      expect(Math.abs((self?.startTime ?? 0) - startedAt)).toBeLessThan(30)
    },
  )
})

function has(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
