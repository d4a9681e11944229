import fs, { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { temporaryFolder } from '../../../testing/program/program'
import { ProfileFiles } from './profile-files'

vi.mock('node:fs', async (original) => {
  const actual = await original<typeof fs>()
  const mkdirSync = vi.fn(actual.mkdirSync)
  return { ...actual, mkdirSync, default: { ...actual, mkdirSync } }
})

const FACTS = { kind: 'periodic', start: '', end: '', heap: null, samples: [] } as const

it('a folder that could be made at the second attempt holds the set', () => {
  const folder = join(temporaryFolder(), 'profiles')
  const files = new ProfileFiles(folder, 'run', { family: 'node', version: '4', tags_profiler: '' })
  vi.mocked(fs.mkdirSync).mockImplementationOnce(() => {
    throw Object.assign(new Error('ENOENT: no such file or directory, mkdir'), { code: 'ENOENT' })
  })
  const set = files.write(FACTS, { wall: null, space: Buffer.from('space') })
  expect(existsSync(join(folder, `${set.id}.json`))).toBe(true)
})
