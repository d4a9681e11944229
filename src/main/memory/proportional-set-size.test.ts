import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { LinuxTree } from '../../common/process/linux-tree'
import { type ProcessRow, treeOf } from '../../common/process/process-tree'
import { countSharedOnce } from './proportional-set-size'

const KIB = 2 ** 10
const MIB = 2 ** 20
const row = (pid: number, rssBytes: number): ProcessRow => ({
  pid,
  ppid: 1,
  name: 'p',
  rssBytes,
  startTime: 1,
})
const rollup = (kib: number) =>
  `55c6-7ffe ---p 00000000 00:00 0  [rollup]\nRss:    99 kB\nPss:    ${kib} kB\nPss_Anon: 1 kB\n`

describe('countSharedOnce', () => {
  it('sums the shares', async () => {
    const files: Record<string, string> = {
      '/proc/1/smaps_rollup': rollup(30),
      '/proc/2/smaps_rollup': rollup(20),
    }
    const bytes = await countSharedOnce(
      treeOf([row(1, 50 * KIB), row(2, 40 * KIB)]),
      async (file) => files[file] ?? '',
    )
    expect(bytes).toBe(50 * KIB)
  })

  it('counts in full what cannot be read, has another form, or has grown since', async () => {
    const read = async (file: string) => {
      if (file.includes('/1/')) throw new Error('EACCES')
      return file.includes('/2/') ? 'Pss_Dirty: 1 kB' : rollup(9_999)
    }
    expect(await countSharedOnce(treeOf([row(1, 10), row(2, 20), row(3, 30)]), read)).toBe(60)
  })

  it('does not look at one alone', async () => {
    expect(await countSharedOnce(treeOf([row(1, 50)]), () => Promise.reject(new Error('not asked')))).toBe(50)
  })

  it.runIf(process.platform === 'linux' && existsSync('/usr/bin/python3'))(
    'counts the memory of forks once',
    async () => {
      const script =
        'import os,time\nb = bytearray(b"x") * (200 << 20)\n[os.fork() for _ in range(2)]\ntime.sleep(60)'
      const child = spawn('/usr/bin/python3', ['-c', script], { stdio: 'ignore' })
      const tree = new LinuxTree(child.pid ?? 0)
      onTestFinished(() => {
        for (const { pid } of tree.read()?.processes ?? []) process.kill(pid, 'SIGKILL')
      })
      await vi.waitFor(() => expect(tree.read()?.rssBytes).toBeGreaterThan(800 * MIB), 30_000)
      const counted = await countSharedOnce(tree.read() ?? treeOf([]))
      expect(counted).toBeGreaterThan(200 * MIB)
      expect(counted).toBeLessThan(300 * MIB)
    },
    30_000,
  )
})
