import { spawn } from 'node:child_process'
import { expect, it, onTestFinished } from 'vitest'
import { sessionOf } from '../../common/process/proc'
import type { ProcessRow } from '../../common/process/process-tree'
import { withoutDetached } from './detached'

function sleeper(detached: boolean): number {
  const { pid = 0 } = spawn('sleep', ['60'], { detached, stdio: 'ignore' })
  onTestFinished(() => void process.kill(pid, 'SIGKILL'))
  return pid
}

it.skipIf(process.platform !== 'linux')('what is started detached has a session of its own', () => {
  const [own, attached, detached] = [process.pid, sleeper(false), sleeper(true)].map((pid) => sessionOf(pid))
  expect(attached).toBe(own)
  expect(detached).not.toBe(own)
  expect(own).not.toBeNull()
})

it('a process that is gone has none', () => {
  expect(sessionOf(2 ** 30)).toBeNull()
})

const row = (pid: number): ProcessRow => ({ pid, ppid: 1, name: 'sh', rssBytes: 0, startTime: 1 })
const tree = { read: () => ({ processes: [row(10), row(11), row(12)], rssBytes: 0 }) }

it('what is detached is left out; what cannot be told is not', async () => {
  const sessions = new Map([
    [10, 5],
    [11, 11],
  ])
  const left = await withoutDetached(tree, 5, (pid) => sessions.get(pid) ?? null).read()
  expect(left?.processes.map(({ pid }) => pid)).toEqual([10, 12])
})

it('where the backend had no session that could be told, all belongs to it', async () => {
  const left = await withoutDetached(tree, null, (pid) => pid).read()
  expect(left?.processes).toHaveLength(3)
})

it('processes that cannot be listed stay unknown', async () => {
  expect(await withoutDetached({ read: () => null }, 5).read()).toBeNull()
})
