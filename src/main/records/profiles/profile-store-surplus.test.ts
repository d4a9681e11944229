import { existsSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { leaveSet, RUN } from '../../profiling/testing/sets'
import { openStore, seqs } from './profile-store.test-support'

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
