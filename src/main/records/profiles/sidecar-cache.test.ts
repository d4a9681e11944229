import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../../../testing/program/program'
import { leaveSet, RUN } from '../../profiling/testing/sets'
import { type FileGroup, readGroups } from './profile-folder'
import { SidecarCache } from './sidecar-cache'

const id = `${RUN}-000000`

function folderWithASet() {
  const dataFolder = temporaryFolder()
  leaveSet(dataFolder, { seq: 0 })
  const folder = join(dataFolder, 'profiles')
  const cache = new SidecarCache(folder)
  const groups = () => readGroups(folder)
  const read = () =>
    groups().map((group: FileGroup) => {
      if (!group.sidecar) throw new Error('the set has no file of its own')
      return cache.get(group, group.sidecar)
    })
  return { folder, cache, groups, read }
}

it('reads a set once, also when it is marked later', () => {
  const { folder, read } = folderWithASet()
  const [first] = read()
  renameSync(join(folder, `${id}.json`), join(folder, `${id}.uploaded.json`))
  expect(read()[0]).toBe(first)
})

it('reads what was changed', () => {
  const { folder, read } = folderWithASet()
  read()
  writeFileSync(join(folder, `${id}.json`), '{}')
  expect(read).toThrow('it is not a profile set')
})

it('forgets what is gone', () => {
  const { folder, cache, groups, read } = folderWithASet()
  const [first] = read()
  const [group] = groups()
  rmSync(join(folder, `${id}.json`))
  cache.keep(groups())
  if (!group?.sidecar) throw new Error('there was no set')
  const { sidecar } = group
  expect(() => cache.get(group, sidecar)).toThrow('ENOENT')
  expect(first?.id).toBe(id)
})
