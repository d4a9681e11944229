import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { installationId, keepInstallationId, withMachineTag } from './installation-id'

function folder(): string {
  const made = mkdtempSync(path.join(os.tmpdir(), 'studio-id-'))
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  return made
}

test('an installation keeps its id, which says nothing of the machine, until its file is deleted', () => {
  const data = folder()
  const first = installationId(data)
  expect(first).toEqual({ id: expect.stringMatching(/^[0-9a-f]{16}$/), isNew: true })
  keepInstallationId(data, first, 0)
  const file = path.join(data, 'installation-id')
  expect(readFileSync(file, 'utf8')).toBe(`${first.id}\n`)
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600)
  const second = installationId(data)
  expect(second).toEqual({ id: first.id, isNew: false })
  rmSync(file)
  expect(installationId(data).id).not.toBe(first.id)
})

test.each(['', 'laptop-kim', '../../etc', '0123456789ABCDEF'])(
  'a file with %j in it is replaced',
  (content) => {
    const data = folder()
    writeFileSync(path.join(data, 'installation-id'), content)
    const made = installationId(data)
    expect(made.isNew).toBe(true)
    keepInstallationId(data, made, 0)
    expect(installationId(data)).toEqual({ id: made.id, isNew: false })
  },
)

test.each([
  ['a folder', (file: string) => mkdirSync(file)],
  ['a link that leads nowhere', (file: string) => symlinkSync('/nowhere/at/all', file)],
  ['a large file', (file: string) => writeFileSync(file, Buffer.alloc(2 ** 20))],
])('%s in its place is set aside, and the new id is kept', (_what, make) => {
  const data = folder()
  make(path.join(data, 'installation-id'))
  const made = installationId(data)
  keepInstallationId(data, made, 0)
  expect(readdirSync(data).toSorted()).toEqual([
    'installation-id',
    'installation-id.damaged-19700101T000000Z',
  ])
  expect(installationId(data)).toEqual({ id: made.id, isNew: false })
})

test('a folder that cannot be written has an id all the same, another one each time', () => {
  const data = path.join(folder(), 'nowhere')
  const made = installationId(data)
  expect(() => keepInstallationId(data, made, 0)).not.toThrow()
  expect(installationId(data).isNew).toBe(true)
  mkdirSync(path.join(data, 'installation-id'), { recursive: true })
  expect(installationId(data).isNew).toBe(true)
})

test.each([
  [undefined, 'studio.machine:a1'],
  ['', 'studio.machine:a1'],
  ['team:images,tier:gpu', 'team:images,tier:gpu,studio.machine:a1'],
  ['team:images tier:gpu', 'team:images tier:gpu studio.machine:a1'],
  ['team:a,studio.machine:render-01', 'team:a,studio.machine:render-01'],
  ['team:a studio.machine:render-01', 'team:a studio.machine:render-01'],
])('DD_TAGS %j become %j', (tags, expected) => {
  expect(withMachineTag(tags, 'a1')).toBe(expected)
})
