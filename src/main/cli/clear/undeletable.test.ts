import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { run } from '../testing/run'

// Root, as whom this may run, can delete any file: the system's refusal is the one thing made up here.
vi.mock('node:fs', async (original) => {
  const fs: typeof import('node:fs') = await original()
  const refusing: typeof fs.rmSync = (file, options) => {
    if (String(file).endsWith('20261123-201300-3f9a.json'))
      throw Object.assign(new Error('EPERM: operation not permitted'), { code: 'EPERM' })
    fs.rmSync(file, options)
  }
  return { ...fs, rmSync: refusing }
})

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'studio-clear-'))
  mkdirSync(path.join(folder, 'incidents'))
  for (const name of [
    'failed-jobs.json',
    'incidents/20261123-201300-3f9a.json',
    'incidents/20261123-201400-aaaa.json',
  ])
    writeFileSync(path.join(folder, name), 'x'.repeat(name.length))
})
afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 1 }))

it('tells people what was deleted, and what was not', async () => {
  const { code, stdout, stderr } = await run(folder, ['clear', '--yes'])
  expect({ code, stdout }).toEqual({ code: 1, stdout: 'Deleted: 2 files, 51 B.\n' })
  expect(stderr).toMatch(/20261123-201300-3f9a\.json could not be deleted: EPERM/)
  expect(existsSync(path.join(folder, 'incidents/20261123-201300-3f9a.json'))).toBe(true)
})

it('tells scripts of what is gone alone', async () => {
  const { code, stdout } = await run(folder, ['clear', '--yes', '--json'])
  expect(code).toBe(1)
  const { deleted, problems } = JSON.parse(stdout)
  expect(deleted).toEqual([
    { what: 'failed jobs', files: 1, bytes: 16 },
    { what: 'incidents', files: 1, bytes: 35 },
  ])
  expect(problems).toHaveLength(1)
})
