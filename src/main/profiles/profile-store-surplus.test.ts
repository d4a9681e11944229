import { existsSync, mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { filesOf, NEXT_RUN, openStore, seqs } from './profile-store.test-support'
import { leaveSet, profileSet, RUN } from './testing/sets'

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
