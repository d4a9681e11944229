import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { withLock } from './lock.mjs'

let folder: string
let lockFile: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lock-'))
  lockFile = path.join(folder, 'lock')
})
afterEach(() => rmSync(folder, { recursive: true }))

test('two never work at once, and both get their turn', async () => {
  let inside = 0
  let most = 0
  let waits = 0
  const work = async () => {
    most = Math.max(most, ++inside)
    await new Promise((resolve) => setImmediate(resolve))
    inside--
  }
  const onWait = () => waits++
  await Promise.all([withLock(lockFile, work, onWait), withLock(lockFile, work, onWait)])
  expect([most, waits]).toEqual([1, 1])
  expect(existsSync(lockFile)).toBe(false)
})

test('the lock of a dead process, and one that was never signed, do not count', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', ''])
  writeFileSync(lockFile, String(pid))
  expect(await withLock(lockFile, async () => 'done', expect.unreachable)).toBe('done')
  writeFileSync(lockFile, '')
  utimesSync(lockFile, 0, 0)
  expect(await withLock(lockFile, async () => 'done', expect.unreachable)).toBe('done')
})

test('work that fails leaves no lock', async () => {
  const work = () => Promise.reject(new Error('no'))
  await expect(withLock(lockFile, work, () => {})).rejects.toThrow('no')
  expect(existsSync(lockFile)).toBe(false)
})
