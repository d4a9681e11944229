import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { isDying } from './dying'

function proc(state: string, flags: number, pending: string, shared: string): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'studio-dying-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  mkdirSync(path.join(folder, '7'))
  writeFileSync(path.join(folder, '7/stat'), `7 (an (odd) name) ${state} 1 7 7 0 -1 ${flags} 0 0 0\n`)
  writeFileSync(
    path.join(folder, '7/status'),
    `Name:\tx\nSigPnd:\t${pending}\nShdPnd:\t${shared}\nSigBlk:\t0000000000000100\n`,
  )
  return folder
}

const NONE = '0000000000000000'

it.each([
  ['one that waits', 'S', 0x400000, NONE, NONE, false],
  ['one that other signals wait for', 'S', 0x400000, '0000000000000002', '0000000000004000', false],
  ['a zombie', 'Z', 0x400000, NONE, NONE, true],
  ['one that is ending', 'R', 0x400004, NONE, NONE, true],
  ['one that a signal has killed', 'D', 0x400400, NONE, NONE, true],
  ['one that is about to be killed', 'R', 0x400000, '0000000000000100', NONE, true],
  ['one whose threads all are', 'R', 0x400000, NONE, '0000000000000100', true],
])('is told of %s', (_what, state, flags, pending, shared, dying) => {
  expect(isDying(7, proc(state, flags, pending, shared))).toBe(dying)
})

it('is told of one that is gone, and not of this one', () => {
  expect(isDying(7, '/nowhere')).toBe(true)
  if (process.platform === 'linux') expect(isDying(process.pid)).toBe(false)
})
