import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { LinuxTree } from './linux-tree'

const MIB = 2 ** 20

/** Writes a fake `/proc`. */
describe('LinuxTree', () => {
  let proc: string
  beforeEach(() => {
    proc = mkdtempSync(join(tmpdir(), 'linux-tree-'))
    for (const name of ['self', 'sys', 'meminfo']) mkdirSync(join(proc, name))
  })
  afterEach(() => rmSync(proc, { recursive: true }))

  function put(pid: number, ppid: number, { pages = 1, startTime = pid, environ = '' } = {}): void {
    mkdirSync(join(proc, String(pid)), { recursive: true })
    const stat = `${pid} (p${pid}) S ${ppid} ${'0 '.repeat(17)}${startTime} 0 ${pages} 0`
    writeFileSync(join(proc, String(pid), 'stat'), stat)
    writeFileSync(join(proc, String(pid), 'environ'), environ)
  }
  const end = (pid: number) => rmSync(join(proc, String(pid)), { recursive: true })
  const pids = (tree: LinuxTree) => tree.read()?.processes.map(({ pid }) => pid)

  it('reads a tree and its sum', () => {
    put(1, 0)
    put(10, 1, { pages: 2 })
    put(11, 10, { pages: 3 })
    expect(new LinuxTree(10, { proc }).read()).toEqual({
      rssBytes: 5 * 4096,
      processes: [
        { pid: 10, ppid: 1, name: 'p10', rssBytes: 2 * 4096, startTime: 10 },
        { pid: 11, ppid: 10, name: 'p11', rssBytes: 3 * 4096, startTime: 11 },
      ],
    })
  })

  it('meets new ones, and does not read those of others again', () => {
    put(1, 0)
    put(10, 1)
    const tree = new LinuxTree(10, { proc })
    expect(pids(tree)).toEqual([10])
    put(12, 10)
    // If it were read, it would be a child.
    put(1, 10, { startTime: 99 })
    expect(pids(tree)).toEqual([10, 12])
  })

  it('knows what a root has left that is gone at the first reading', () => {
    put(1, 0)
    put(10, 1)
    const tree = new LinuxTree(10, { proc, marker: 'RUN=7' })
    end(10)
    put(11, 1, { environ: 'RUN=7\0' })
    expect(pids(tree)).toEqual([11])
  })

  it('reads those of others again after a while, and at once when they had gone', () => {
    put(10, 1)
    put(11, 1)
    put(12, 1)
    const tree = new LinuxTree(10, { proc })
    expect(pids(tree)).toEqual([10])
    end(11)
    expect(pids(tree)).toEqual([10])
    put(11, 10, { startTime: 99 })
    put(12, 10, { startTime: 99 })
    expect(pids(tree)).toEqual([10, 11])
    expect(Array.from({ length: 40 }, () => pids(tree)?.length).at(-1)).toBe(3)
  })

  it('knows by its environment who left before it was seen', () => {
    put(10, 1, { environ: 'A=1\0RUN=7\0' })
    const tree = new LinuxTree(10, { proc, marker: 'RUN=7' })
    put(9, 1, { environ: 'RUN=7\0' })
    put(20, 1, { environ: 'A=1\0RUN=7\0B=2\0' })
    put(21, 1, { environ: 'XRUN=7\0RUN=77\0' })
    put(22, 20)
    expect(pids(tree)).toEqual([10, 20, 22])
  })

  it('passes over what ends while it is read', () => {
    put(10, 1)
    mkdirSync(join(proc, '11'))
    mkdirSync(join(proc, '12'))
    symlinkSync(proc, join(proc, '12', 'stat'))
    expect(pids(new LinuxTree(10, { proc }))).toEqual([10])
  })

  it('is null where there is no /proc', () => {
    expect(new LinuxTree(10, { proc: join(proc, 'none') }).read()).toBeNull()
  })
})

describe.runIf(process.platform === 'linux')('LinuxTree on real processes', () => {
  function start(
    command: string,
    args: string[],
    env: NodeJS.ProcessEnv = {},
  ): ChildProcess & { pid: number } {
    const child = spawn(command, args, { stdio: 'ignore', env: { ...process.env, ...env } })
    const { pid } = child
    if (pid === undefined) throw new Error(`${command} did not start`)
    onTestFinished(() => void child.kill('SIGKILL'))
    return Object.assign(child, { pid })
  }
  const names = (tree: LinuxTree) => tree.read()?.processes.map(({ name }) => name) ?? []

  it('agrees with Node on its own resident memory', () => {
    const rss = process.memoryUsage.rss()
    const [self] = new LinuxTree(process.pid).read()?.processes ?? []
    expect(Math.abs((self?.rssBytes ?? 0) - rss)).toBeLessThan(8 * MIB)
  })

  it('follows a daemon that left in a millisecond', async () => {
    const marker = `LINUX_TREE_TEST=${process.pid}`
    const script = 'sh -c "setsid sleep 77 & exit" ; exec sleep 78'
    const root = start('sh', ['-c', script], { LINUX_TREE_TEST: String(process.pid) })
    const tree = new LinuxTree(root.pid, { marker })
    await vi.waitFor(() => expect(names(tree)).toEqual(['sleep', 'sleep']), 30_000)
    const daemon = tree.read()?.processes[1]?.pid ?? 0
    onTestFinished(() => void process.kill(daemon, 'SIGKILL'))
    expect(readFileSync(`/proc/${daemon}/stat`, 'utf8')).not.toContain(`S ${root.pid} `)
    root.kill('SIGKILL')
    await vi.waitFor(() => expect(names(tree)).toEqual(['sleep']), 30_000)
  })

  it('sees memory grow, and nothing when all is gone', async () => {
    const child = start(process.execPath, [
      '-e',
      'setTimeout(() => { global.b = Buffer.alloc(96 * 2 ** 20, 1) }, 300); setInterval(() => {}, 1000)',
    ])
    const tree = new LinuxTree(child.pid)
    const before = tree.read()?.rssBytes ?? 0
    await vi.waitFor(() => expect((tree.read()?.rssBytes ?? 0) - before).toBeGreaterThan(90 * MIB), 30_000)
    child.kill('SIGKILL')
    await vi.waitFor(() => expect(tree.read()).toEqual({ processes: [], rssBytes: 0 }), 30_000)
  })
})
