import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { canRaisePriority, setProcessPriority } from './priority'

/** A `/proc` in which this process has these capabilities, and this limit of its priority. */
function proc(capabilities: string, limit: number): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'studio-priority-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  mkdirSync(path.join(folder, 'self'))
  writeFileSync(path.join(folder, 'self/status'), `Name:\tnode\nCapEff:\t${capabilities}\nNoNewPrivs:\t0\n`)
  writeFileSync(
    path.join(folder, 'self/limits'),
    `Limit                     Soft Limit           Hard Limit           Units     \nMax nice priority         ${limit}                    ${limit}                    \n`,
  )
  return folder
}

it.each([
  ['root', '000001ffffffffff', 0, true],
  ['root of a container', '00000000a80425fb', 0, false],
  ['a user', '0000000000000000', 0, false],
  ['a user with a limit that allows it', '0000000000000000', 20, true],
  ['a user with one that does not do', '0000000000000000', 19, false],
])('a priority can be raised again by %s: %s, %i', (_who, capabilities, limit, can) => {
  expect(canRaisePriority('linux', proc(capabilities, limit))).toBe(can)
})

it('on Windows it can, on macOS and where nothing says so it cannot', () => {
  expect(canRaisePriority('win32')).toBe(true)
  expect(canRaisePriority('darwin')).toBe(false)
  expect(canRaisePriority('linux', '/nowhere')).toBe(false)
})

it('a process is slowed down, and where that is allowed made fast again, with its threads', async () => {
  const { PRIORITY_LOW, PRIORITY_NORMAL } = os.constants.priority
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  onTestFinished(() => void child.kill())
  await new Promise((resolve) => child.once('spawn', resolve))
  const { pid = 0 } = child
  setProcessPriority(pid, PRIORITY_LOW)
  expect(os.getPriority(pid)).toBe(PRIORITY_LOW)
  if (!canRaisePriority()) return expect(() => setProcessPriority(pid, PRIORITY_NORMAL)).toThrow()
  setProcessPriority(pid, PRIORITY_NORMAL)
  expect(os.getPriority(pid)).toBe(PRIORITY_NORMAL)
})
