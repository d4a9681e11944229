import { linkSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { loadProfiles } from './attachments'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'studio-attachments-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

it('a file of somebody else that is linked into the folder is not uploaded', async () => {
  const other = path.join(folder, 'secrets.txt')
  writeFileSync(other, 'somebody else wrote this')
  linkSync(other, path.join(folder, 'hard.pprof'))
  symlinkSync(other, path.join(folder, 'soft.pprof'))
  const loaded = await loadProfiles(folder, { wall: 'hard.pprof', space: 'soft.pprof' })
  expect(loaded).toEqual({
    attachments: [],
    damaged: [
      { name: 'hard.pprof', reason: 'it has 2 links: it may be a file of somebody else' },
      { name: 'soft.pprof', reason: 'it is not a regular file' },
    ],
  })
})

it('a file that is no profile is not uploaded', async () => {
  writeFileSync(path.join(folder, 'a.pprof'), 'password=hunter2')
  const loaded = await loadProfiles(folder, { wall: 'a.pprof', space: null })
  expect(loaded).toEqual({
    attachments: [],
    damaged: [{ name: 'a.pprof', reason: 'it is no gzipped pprof' }],
  })
})
