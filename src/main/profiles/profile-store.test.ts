import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../../testing/program'
import { captureLog } from '../jobs/testing/capture-log'
import type { ProfileLimits } from './bounds'
import { ProfileStore } from './profile-store'
import { leaveSet, profileSet, RUN } from './testing/sets'

const NEXT_RUN = '20260102T040000Z-4343'

function openStore(
  dataFolder = temporaryFolder(),
  more: { backendPid?: number; limits?: ProfileLimits } = {},
) {
  const { log, lines, troubles } = captureLog()
  const { backendPid = null, limits } = more
  const options = { dataFolder, log, now: Date.now, backendPid: () => backendPid, ...(limits && { limits }) }
  const store = new ProfileStore(options)
  store.open()
  const folder = join(dataFolder, 'profiles')
  const names = () => readdirSync(folder).sort()
  const write = (name: string, data = 'x') => writeFileSync(join(folder, name), data)
  const age = (name: string) => utimesSync(join(folder, name), 0, Date.now() / 1000 - 61)
  return { store, dataFolder, folder, names, write, age, lines, troubles }
}

const insteadOf = (file: string, make: (path: string) => void) => {
  rmSync(file)
  make(file)
}
const filesOf = (id: string, sidecar = '') =>
  [`${id}-space.pprof`, `${id}-wall.pprof`, `${id}${sidecar}.json`].sort()
const seqs = (sets: readonly { seq: number }[]) => sets.map(({ seq }) => seq)

describe('sets on disk', () => {
  test('are found oldest first, across runs; the folder is made for its owner alone', () => {
    const { store, dataFolder, folder } = openStore()
    if (process.platform !== 'win32') expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(store.sets()).toEqual([])
    const later = leaveSet(dataFolder, { run: NEXT_RUN })
    const sets = [1, 0].map((seq) => leaveSet(dataFolder, { seq })).reverse()
    expect(store.sets()).toEqual([...sets, later].map((set) => ({ ...set, mark: null })))
    expect(seqs(store.waiting())).toEqual([0, 1, 0])
  })

  test('of a time before samples were kept are read too', () => {
    const { store, dataFolder, write } = openStore()
    const { samples: _, ...old } = leaveSet(dataFolder)
    write(`${old.id}.json`, JSON.stringify(old))
    expect(store.sets()).toMatchObject([{ id: old.id, samples: [] }])
  })

  test('wait as long as they are near death, and are loaded without what is missing or empty', async () => {
    const { store, dataFolder, folder, troubles } = openStore()
    leaveSet(dataFolder, { seq: 0, kind: 'near-death' })
    const set = leaveSet(dataFolder, { seq: 1 })
    const [stored, ...others] = store.waiting()
    if (!stored) throw new Error('no set')
    expect([stored.id, others]).toEqual([set.id, []])
    const wall = readFileSync(join(folder, `${set.id}-wall.pprof`))
    expect((await store.load(stored))[0]).toEqual({ name: 'wall.pprof', data: wall })
    truncateSync(join(folder, `${set.id}-space.pprof`))
    expect((await store.load(stored)).map(({ name }) => name)).toEqual(['wall.pprof'])
    rmSync(join(folder, `${set.id}-wall.pprof`))
    expect(await store.load(stored)).toEqual([])
    expect(troubles()).toEqual([])
  })

  test.each([
    ['no profile', (file: string) => writeFileSync(file, 'null')],
    ['half of one', (file: string) => truncateSync(file, 40)],
    ['100 MB', (file: string) => truncateSync(file, 100 * 2 ** 20)],
    ['a folder', (file: string) => insteadOf(file, mkdirSync)],
    ['a dead link', (file: string) => insteadOf(file, (path) => symlinkSync('/nowhere', path))],
  ])('that hold %s in place of a profile have it set aside, never deleted', async (_what, damage) => {
    const { store, dataFolder, folder, names, troubles } = openStore()
    const set = leaveSet(dataFolder)
    damage(join(folder, `${set.id}-space.pprof`))
    const [stored] = store.waiting()
    if (!stored) throw new Error('no set')
    expect((await store.load(stored)).map(({ name }) => name)).toEqual(['wall.pprof'])
    store.settle(stored, 'uploaded')
    store.tidy()
    expect(names()).toEqual([expect.stringMatching(/-space\.pprof\.damaged-/)])
    expect(troubles().map(({ message }) => message)).toEqual([
      'A profile was damaged: it was set aside and is not uploaded',
    ])
  })

  test('neither count nor delete a file of 100 MB in the place of a profile', () => {
    const { store, dataFolder, folder, names } = openStore()
    const sets = [0, 1].map((seq) => leaveSet(dataFolder, { seq }))
    for (const { id } of sets) truncateSync(join(folder, `${id}-space.pprof`), 100 * 2 ** 20)
    store.tidy()
    expect(names()).toEqual(sets.flatMap(({ id }) => filesOf(id)).sort())
  })

  test('are settled: a periodic one is gone, an incident keeps its files, for the next start too', () => {
    const { store, dataFolder, names, troubles } = openStore()
    const kinds = ['periodic', 'on_shutdown', 'on_oom', 'on_oom'] as const
    const sets = kinds.map((kind, seq) => leaveSet(dataFolder, { seq, kind }))
    for (const set of store.waiting()) store.settle(set, set.seq === 3 ? 'refused' : 'uploaded')
    const [, , oom, other] = sets.map(({ id }) => id)
    expect(names()).toEqual([...filesOf(`${oom}`, '.uploaded'), ...filesOf(`${other}`, '.refused')])
    for (const again of [store, openStore(dataFolder).store]) {
      expect(again.waiting()).toEqual([])
      expect(again.sets().map(({ kind, mark }) => [kind, mark])).toEqual([
        ['on_oom', 'uploaded'],
        ['on_oom', 'refused'],
      ])
    }
    expect(troubles()).toEqual([])
  })

  test('that are settled after they have gone stay gone', () => {
    const { store, dataFolder, folder, names, troubles } = openStore()
    leaveSet(dataFolder, { seq: 0, kind: 'on_oom' })
    leaveSet(dataFolder, { seq: 1 })
    const sets = store.waiting()
    for (const name of names()) rmSync(join(folder, name))
    for (const set of sets) store.settle(set, 'uploaded')
    expect([names(), troubles()]).toEqual([[], []])
  })

  test('whose profiles cannot be deleted are not sent again all the same', () => {
    const { store, dataFolder, folder } = openStore()
    const { id } = leaveSet(dataFolder)
    const [set] = store.waiting()
    if (!set) throw new Error('no set')
    rmSync(join(folder, `${id}-wall.pprof`))
    mkdirSync(join(folder, `${id}-wall.pprof`))
    expect(store.settle(set, 'uploaded')).toBe(false)
    expect(openStore(dataFolder).store.sets()).toEqual([])
  })

  test('with two own files count once, by what became of them', () => {
    const { store, dataFolder, write } = openStore()
    const set = leaveSet(dataFolder, { kind: 'on_oom' })
    write(`${set.id}.uploaded.json`, JSON.stringify(set))
    expect(store.sets()).toMatchObject([{ mark: 'uploaded' }])
  })
})

describe('near death', () => {
  test('the newest set of a run is found, promoted and sent; the others are discarded', () => {
    const { store, dataFolder, names } = openStore()
    for (const seq of [1, 3, 2]) leaveSet(dataFolder, { seq, kind: 'near-death' })
    leaveSet(dataFolder, { seq: 4 })
    leaveSet(dataFolder, { run: NEXT_RUN, seq: 9, kind: 'near-death' })
    const newest = store.nearDeath(RUN)
    if (!newest) throw new Error('no set')
    expect([newest.seq, store.nearDeath('20250101T000000Z-1')]).toEqual([3, null])
    expect(store.promote(newest, 'on_oom')).toMatchObject({ seq: 3, kind: 'on_oom' })
    store.discardUnclaimed()
    expect(seqs(store.sets())).toEqual([3, 4])
    expect(store.waiting().map(({ seq, kind }) => [seq, kind])).toEqual([
      [3, 'on_oom'],
      [4, 'periodic'],
    ])
    expect(names()).toHaveLength(6)
    for (const set of store.waiting()) store.settle(set, 'uploaded')
    expect(store.sets()).toMatchObject([{ seq: 3, kind: 'on_oom', mark: 'uploaded' }])
  })

  test('what a run left whose end nobody saw is gone at the next start; what was promoted is not', () => {
    const { store, dataFolder } = openStore()
    leaveSet(dataFolder, { seq: 0, kind: 'near-death' })
    leaveSet(dataFolder, { seq: 1, kind: 'near-death' })
    const newest = store.nearDeath(RUN)
    if (newest) store.promote(newest, 'on_oom')
    const next = openStore(dataFolder)
    expect(next.store.sets()).toMatchObject([{ seq: 1, kind: 'on_oom' }])
    expect(next.names()).toHaveLength(3)
  })
})

describe('a silence', () => {
  const at = (set: { readonly start: string }) => Date.parse(set.start)

  test('has the newest set of its run that began in it', () => {
    const { store, dataFolder } = openStore()
    const [earlier, later] = [1, 4].map((seq) => leaveSet(dataFolder, { seq, kind: 'unresponsive' }))
    leaveSet(dataFolder, { run: NEXT_RUN, seq: 6, kind: 'unresponsive' })
    if (!earlier || !later) throw new Error('no sets')
    expect(store.ofSilence(RUN, at(earlier))?.seq).toBe(4)
    expect(store.ofSilence(RUN, at(later))?.seq).toBe(4)
    expect(store.ofSilence(RUN, at(later) + 1)).toBeNull()
  })

  test('that came to an incident keeps its set, which is not sent: the periodic one tells of that time too', () => {
    const { store, dataFolder, names } = openStore()
    const { id } = leaveSet(dataFolder, { seq: 1, kind: 'unresponsive' })
    const set = store.ofSilence(RUN, 0)
    if (!set) throw new Error('no set')
    expect(store.promote(set, 'unresponsive')).toMatchObject({ kind: 'unresponsive', mark: 'unresponsive' })
    leaveSet(dataFolder, { seq: 2, kind: 'unresponsive' })
    store.tidy()
    expect([store.waiting(), store.backlog()]).toEqual([[], []])
    store.discardUnclaimed()
    for (const again of [store, openStore(dataFolder).store])
      expect(again.sets()).toMatchObject([{ seq: 1, kind: 'unresponsive', mark: 'unresponsive' }])
    expect(names()).toEqual(filesOf(id, '.unresponsive'))
  })

  test('that was too short for an incident leaves nothing for long', () => {
    const { store, dataFolder } = openStore()
    for (const seq of [1, 2, 3]) leaveSet(dataFolder, { seq, kind: 'unresponsive' })
    leaveSet(dataFolder, { seq: 4 })
    store.tidy()
    expect(seqs(store.sets())).toEqual([3, 4])
    store.discardUnclaimed()
    expect(seqs(store.sets())).toEqual([4])
    leaveSet(dataFolder, { seq: 5, kind: 'unresponsive' })
    expect(seqs(openStore(dataFolder).store.sets())).toEqual([4])
  })
})

describe('limits', () => {
  test('in number and bytes are kept, and the newest incident with them', () => {
    const { store, dataFolder } = openStore(undefined, { limits: { sets: 3, bytes: 1_000_000 } })
    leaveSet(dataFolder, { seq: 0, kind: 'on_oom' })
    for (const seq of [1, 2, 3]) leaveSet(dataFolder, { seq })
    store.tidy()
    expect(seqs(store.sets())).toEqual([0, 2, 3])
    leaveSet(dataFolder, { seq: 4 }, 450_000)
    store.tidy()
    expect(seqs(store.sets())).toEqual([0, 3, 4])
    leaveSet(dataFolder, { seq: 5, kind: 'unresponsive' }, 600_000)
    store.tidy()
    expect(seqs(store.sets())).toEqual([5])
  })

  test('by themselves are 60 sets and 100 MiB', { timeout: 30_000 }, () => {
    const { store, dataFolder, folder } = openStore()
    for (let seq = 0; seq < 63; seq++) leaveSet(dataFolder, { seq })
    store.tidy()
    expect(seqs(store.sets())).toEqual(Array.from({ length: 60 }, (_, n) => n + 3))
    const grow = (seq: number, mib: number) =>
      truncateSync(join(folder, `${RUN}-0000${seq}-wall.pprof`), mib << 20)
    grow(62, 60)
    grow(61, 39)
    store.tidy()
    expect(store.sets()).toHaveLength(60)
    grow(60, 2)
    store.tidy()
    expect(seqs(store.sets())).toEqual([61, 62])
  })
})

describe('leftovers', () => {
  test('of a killed writer go when they are a minute old and its run is over', () => {
    const ours = [`${RUN}-000001-wall.pprof`, `${RUN}-000002.json.tmp`, `${RUN}-000003-space.pprof.tmp`]
    const { store, names, write, age, dataFolder } = openStore()
    for (const name of ours) write(name)
    store.tidy()
    expect(names()).toEqual(ours)
    for (const name of ours) age(name)
    const running = openStore(dataFolder, { backendPid: 4242 })
    running.store.tidy()
    expect(names()).toEqual(ours)
    store.tidy()
    expect(names()).toEqual([])
  })

  test("and what is not the thread's is never touched, whatever its age, whatever the limits", () => {
    const { store, names, write, age, folder, dataFolder, lines } = openStore(undefined, {
      limits: { sets: 0, bytes: 0 },
    })
    const foreign = [
      'mine.pprof',
      'notes.json',
      `${RUN}-000001-wall.pprof.bak`,
      `${RUN}-wall.pprof`,
      `x${RUN}-000001.json`,
      `${RUN}-000001.mine.json`,
    ]
    for (const name of foreign) write(name)
    for (const name of foreign) age(name)
    mkdirSync(join(folder, `${RUN}-000005.json`))
    const secret = join(dataFolder, 'secret')
    writeFileSync(secret, 'secret')
    symlinkSync(secret, join(folder, `${RUN}-000006-wall.pprof`))
    store.tidy()
    store.open()
    const others = [`${RUN}-000005.json`, `${RUN}-000006-wall.pprof`]
    expect(names()).toEqual([...foreign, ...others].sort())
    expect(existsSync(secret)).toBe(true)
    expect(lines).toEqual([])
  })
})

describe('damaged sets', () => {
  const good = profileSet({ seq: 1 })
  test.each([
    ['no JSON', '{"schema":1', 'not JSON'],
    ['nothing', '', 'not JSON'],
    ['another format', JSON.stringify({ ...good, schema: 2 }), 'schema'],
    ['no tags', JSON.stringify({ ...good, event: {} }), 'tags_profiler'],
    ['an impossible time', JSON.stringify({ ...good, start: 'now' }), 'start'],
    [
      'a foreign file',
      JSON.stringify({ ...good, files: { wall: '../../secret', space: null } }),
      'foreign files',
    ],
    [
      'nesting without an end',
      JSON.stringify({ ...good, event: { ...good.event, deep: 0 } }).replace(
        '"deep":0',
        `"deep":${'['.repeat(50_000)}${']'.repeat(50_000)}`,
      ),
      'nested too deeply',
    ],
    ['another set', JSON.stringify(profileSet({ seq: 2 })), 'another set'],
    ['an id of another run', JSON.stringify({ ...good, run: NEXT_RUN }), 'not of its run'],
    ['5 MB', `${' '.repeat(5_000_000)}${JSON.stringify(good)}`, '5000'],
  ])('%s: set aside with one line, the others are read', (_, content, reason) => {
    const { store, dataFolder, names, write, lines } = openStore()
    leaveSet(dataFolder, { seq: 1 })
    leaveSet(dataFolder, { seq: 3 })
    write(`${good.id}.json`, content)
    expect(seqs(store.sets())).toEqual([3])
    expect(seqs(store.sets())).toEqual([3])
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatchObject({ level: 'warn', fields: { reason: expect.stringContaining(reason) } })
    const aside = names().filter((name) => name.includes('.json.damaged-'))
    expect(aside).toHaveLength(1)
    expect(readFileSync(join(dataFolder, 'profiles', `${aside}`), 'utf8')).toBe(content)
  })

  test('keep their profiles, as long as the limits allow it, and what was set aside for good', () => {
    const { store, dataFolder, names, write, age } = openStore(undefined, { limits: { sets: 1, bytes: 1e6 } })
    leaveSet(dataFolder, { seq: 1 })
    write(`${good.id}.json`, '')
    store.sets()
    for (const name of names()) age(name)
    store.tidy()
    expect(names()).toHaveLength(3)
    leaveSet(dataFolder, { seq: 0 })
    store.tidy()
    const aside = names().filter((name) => name.includes('.damaged-'))
    expect(aside).toHaveLength(1)
    expect(names()).toEqual([...filesOf(`${RUN}-000000`), ...aside].sort())
  })
})
