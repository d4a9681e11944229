import { spawn } from 'node:child_process'
import { afterEach, describe, expect, test } from 'vitest'
import { waitFor } from '../../testing/waiting/wait-for'
import { descendants, isAlive, processes, waitUntilGone } from './process'

const started: number[] = []
afterEach(() => {
  for (const pid of started.splice(0)) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
})

function start(command: string, args: string[]): number {
  const { pid } = spawn(command, args, { stdio: 'ignore' })
  if (pid === undefined) throw new Error(`${command} did not start`)
  started.push(pid)
  return pid
}

test('notices that a process has ended, and names one that has not', async () => {
  const pid = start(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  expect(isAlive(pid)).toBe(true)
  await expect(waitUntilGone([pid], { timeout: 50 })).rejects.toThrow(String(pid))
  process.kill(pid, 'SIGKILL')
  await waitUntilGone([pid])
  expect(isAlive(pid)).toBe(false)
})

test('finds descendants whose pids are lower than those of their parents', () => {
  const all = [
    { pid: 2, ppid: 3, command: 'grandchild' },
    { pid: 3, ppid: 9, command: 'child' },
    { pid: 4, ppid: 1, command: 'stranger' },
    { pid: 9, ppid: 1, command: 'itself' },
  ]
  expect(descendants(9, all).map(({ command }) => command)).toEqual(['grandchild', 'child'])
})

describe.runIf(process.platform === 'linux')('on Linux', () => {
  test('finds children of children, with their commands', async () => {
    // Two commands after the inner shell keep it from becoming the sleep itself.
    const top = start('/bin/sh', ['-c', `/bin/sh -c 'sleep 61.25; true'; true`])
    const family = await waitFor(
      () => {
        const found = descendants(top)
        return found.some(({ command }) => command === 'sleep 61.25') && found
      },
      { what: 'the sleep' },
    )
    started.push(...family.map(({ pid }) => pid))
    const [child, grandchild] = family
    expect(family).toHaveLength(2)
    expect(child).toMatchObject({ ppid: top, command: expect.stringContaining('/bin/sh -c') })
    expect(grandchild).toMatchObject({ ppid: child?.pid, command: 'sleep 61.25' })
    expect(processes().map(({ pid }) => pid)).toContain(process.pid)
  })

  test('a zombie is not alive', async () => {
    // The shell becomes a program that never waits for its child.
    const parent = start('/bin/sh', ['-c', 'sleep 0.05 & exec sleep 62.5'])
    const [child] = await waitFor(() => descendants(parent).length > 0 && descendants(parent), {
      what: 'a child',
    })
    const pid = child?.pid ?? 0
    await waitUntilGone([pid])
    expect(() => process.kill(pid, 0)).not.toThrow()
  })
})
