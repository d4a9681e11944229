import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { canMount, Tmpfs } from '../../../testing/disk/tmpfs'
import { temporaryFolder } from '../../../testing/program/program'
import type { ProfileSetKind } from '../../common/protocol/profile-set'
import { ProfileFiles } from './profile-files'

const EVENT = { family: 'node', version: '4', tags_profiler: 'format:pprof' }
const RUN = '20261123T201155Z-42'
const facts = (kind: ProfileSetKind) => ({
  kind,
  start: '2026-11-23T20:12:00.000Z',
  end: '2026-11-23T20:13:00.000Z',
  heap: null,
  samples: [],
})
const wall = Buffer.from('wall')
const space = Buffer.from('space')
const bytes = (size: number) => Buffer.alloc(size, 1)

const mount = await canMount()
const why = mount.ok ? '' : ` (NOT RUN: ${mount.reason})`

async function smallDisk(): Promise<Tmpfs> {
  const disk = await Tmpfs.mount(256 * 1024)
  onTestFinished(() => disk.unmount())
  return disk
}

describe('a set of profiles', () => {
  it('lies beside its own file, which says all of it', () => {
    const folder = join(temporaryFolder(), 'deep', 'profiles')
    const set = new ProfileFiles(folder, RUN, EVENT).write(facts('periodic'), { wall, space })
    const id = `${RUN}-000000`
    const files = { wall: `${id}-wall.pprof`, space: `${id}-space.pprof` }
    expect(set).toEqual({ schema: 1, id, run: RUN, seq: 0, ...facts('periodic'), files, event: EVENT })
    expect(readdirSync(folder).toSorted()).toEqual([files.space, files.wall, `${id}.json`].toSorted())
    expect(JSON.parse(readFileSync(join(folder, `${id}.json`), 'utf8'))).toEqual(set)
    expect(readFileSync(join(folder, files.wall))).toEqual(wall)
    expect(readFileSync(join(folder, files.space))).toEqual(space)
  })

  it('is readable by its owner alone', () => {
    const folder = join(temporaryFolder(), 'profiles')
    new ProfileFiles(folder, RUN, EVENT).write(facts('periodic'), { wall, space })
    const mode = (file: string) => statSync(file).mode & 0o777
    expect(mode(folder)).toBe(0o700)
    expect(readdirSync(folder).map((name) => mode(join(folder, name)))).toEqual([0o600, 0o600, 0o600])
  })

  it('names no file for a profile that could not be taken', () => {
    const folder = temporaryFolder()
    const files = new ProfileFiles(folder, RUN, EVENT)
    const set = files.write(facts('periodic'), { wall: null, space: null })
    expect(set.files).toEqual({ wall: null, space: null })
    expect(readdirSync(folder)).toEqual([`${set.id}.json`])
  })

  it('tells Datadog where source maps are missing, beside what else it says of the profiler', () => {
    const event = { ...EVENT, info: { profiler: { version: '1', hasMissingSourceMaps: false }, runtime: {} } }
    const files = new ProfileFiles(temporaryFolder(), RUN, event)
    const missing = {
      ...event,
      info: { ...event.info, profiler: { version: '1', hasMissingSourceMaps: true } },
    }
    expect(files.write(facts('periodic'), { wall, space }).event).toEqual(event)
    expect(files.write(facts('periodic'), { wall, space }, true).event).toEqual(missing)
    const minimal = new ProfileFiles(temporaryFolder(), RUN, EVENT)
    expect(minimal.write(facts('periodic'), { wall, space }, true).event).toEqual(EVENT)
  })

  it('has the next number of its run', () => {
    const files = new ProfileFiles(temporaryFolder(), RUN, EVENT)
    const written = ['periodic', 'near-death', 'on_shutdown'] as const
    const sets = written.map((kind) => files.write(facts(kind), { wall, space }))
    expect(sets.map(({ seq, id }) => [seq, id])).toEqual([0, 1, 2].map((seq) => [seq, `${RUN}-00000${seq}`]))
  })
})

describe('near a death', () => {
  it('the newest set replaces the one before, and nothing else', () => {
    const folder = temporaryFolder()
    const files = new ProfileFiles(folder, RUN, EVENT)
    files.write(facts('near-death'), { wall: null, space })
    files.write(facts('periodic'), { wall, space: null })
    files.write(facts('near-death'), { wall, space })
    files.write(facts('near-death'), { wall: null, space })
    const expected = [`${RUN}-000001-wall.pprof`, `${RUN}-000001.json`]
    expect(readdirSync(folder).toSorted()).toEqual([
      ...expected,
      `${RUN}-000003-space.pprof`,
      `${RUN}-000003.json`,
    ])
  })

  it('the set is removed once nothing is near any more, and the next is kept', () => {
    const folder = temporaryFolder()
    const files = new ProfileFiles(folder, RUN, EVENT)
    files.write(facts('periodic'), { wall, space: null })
    files.forgetNearDeath()
    files.write(facts('near-death'), { wall, space })
    files.forgetNearDeath()
    expect(readdirSync(folder).toSorted()).toEqual([`${RUN}-000000-wall.pprof`, `${RUN}-000000.json`])
    const { id } = files.write(facts('near-death'), { wall: null, space })
    expect(readdirSync(folder)).toContain(`${id}.json`)
  })

  it('a set of which main has taken files already is replaced all the same', () => {
    const folder = temporaryFolder()
    const files = new ProfileFiles(folder, RUN, EVENT)
    files.write(facts('near-death'), { wall, space })
    for (const name of readdirSync(folder)) if (name.endsWith('.json')) chmodSync(join(folder, name), 0o400)
    const set = files.write(facts('near-death'), { wall: null, space })
    expect(readdirSync(folder).toSorted()).toEqual([`${set.id}-space.pprof`, `${set.id}.json`])
  })
})

describe.skipIf(!mount.ok)(`a disk${why}`, { timeout: 30_000 }, () => {
  it('that is full takes a set whole or not at all, and the last near-death set stays', async () => {
    const disk = await smallDisk()
    const folder = join(disk.path, 'profiles')
    const files = new ProfileFiles(folder, RUN, EVENT)
    files.write(facts('near-death'), { wall, space: bytes(8_000) })
    const before = readdirSync(folder).toSorted()
    await disk.fill({ leave: 8 * 1024 })
    expect(() => files.write(facts('near-death'), { wall: null, space: bytes(100_000) })).toThrow('ENOSPC')
    expect(readdirSync(folder).toSorted()).toEqual(before)
    await disk.free()
    const set = files.write(facts('near-death'), { wall: null, space: bytes(100_000) })
    expect(readdirSync(folder).toSorted()).toEqual([`${set.id}-space.pprof`, `${set.id}.json`])
  })

  it('that fills between two files keeps none of the set', async () => {
    const disk = await smallDisk()
    const folder = join(disk.path, 'profiles')
    const files = new ProfileFiles(folder, RUN, EVENT)
    await disk.fill({ leave: 40 * 1024 })
    expect(() => files.write(facts('periodic'), { wall: bytes(20_000), space: bytes(100_000) })).toThrow(
      'ENOSPC',
    )
    expect(readdirSync(folder)).toEqual([])
  })

  it('that is read-only is named', async () => {
    const disk = await smallDisk()
    const files = new ProfileFiles(join(disk.path, 'profiles'), RUN, EVENT)
    await disk.remount('ro')
    expect(() => files.write(facts('periodic'), { wall, space })).toThrow('EROFS')
    const others = new ProfileFiles(join(disk.path, 'others'), RUN, EVENT)
    expect(() => others.write(facts('periodic'), { wall, space })).toThrow('EROFS')
    await disk.remount('rw')
    expect(others.write(facts('periodic'), { wall, space }).seq).toBe(1)
  })
})

it('a folder whose name a file has is named', () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'profiles'), '')
  const files = new ProfileFiles(join(folder, 'profiles'), RUN, EVENT)
  expect(() => files.write(facts('periodic'), { wall, space })).toThrow('EEXIST')
})

it('a folder in the place of a file leaves nothing half written', () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, `${RUN}-000000-space.pprof`, 'in the way'), { recursive: true })
  const files = new ProfileFiles(folder, RUN, EVENT)
  expect(() => files.write(facts('periodic'), { wall: null, space })).toThrow(/EISDIR|ENOTEMPTY|EPERM/)
  expect(readdirSync(folder)).toEqual([`${RUN}-000000-space.pprof`])
})
