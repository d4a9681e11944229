import { mkdirSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { leaveSet, RUN } from '../../profiling/testing/sets'
import { filesOf, NEXT_RUN, openStore, seqs } from './profile-store.test-support'

const insteadOf = (file: string, make: (path: string) => void) => {
  rmSync(file)
  make(file)
}

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
    store.acknowledge(stored, 'uploaded')
    store.tidy()
    expect(names()).toEqual([expect.stringMatching(/-space\.pprof\.damaged-/)])
    expect(troubles().map(({ message }) => message)).toEqual([
      'A profile was damaged: moved aside, not uploaded',
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
    for (const set of store.waiting()) store.acknowledge(set, set.seq === 3 ? 'rejected' : 'uploaded')
    const [, , oom, other] = sets.map(({ id }) => id)
    expect(names()).toEqual([...filesOf(`${oom}`, '.uploaded'), ...filesOf(`${other}`, '.rejected')])
    for (const again of [store, openStore(dataFolder).store]) {
      expect(again.waiting()).toEqual([])
      expect(again.sets().map(({ kind, mark }) => [kind, mark])).toEqual([
        ['on_oom', 'uploaded'],
        ['on_oom', 'rejected'],
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
    for (const set of sets) store.acknowledge(set, 'uploaded')
    expect([names(), troubles()]).toEqual([[], []])
  })

  test('whose profiles cannot be deleted are not sent again all the same', () => {
    const { store, dataFolder, folder } = openStore()
    const { id } = leaveSet(dataFolder)
    const [set] = store.waiting()
    if (!set) throw new Error('no set')
    rmSync(join(folder, `${id}-wall.pprof`))
    mkdirSync(join(folder, `${id}-wall.pprof`))
    expect(store.acknowledge(set, 'uploaded')).toBe(false)
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
    for (const set of store.waiting()) store.acknowledge(set, 'uploaded')
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
