import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { leaveSet, profileSet, RUN } from '../../profiling/testing/sets'
import { filesOf, NEXT_RUN, openStore, seqs } from './profile-store.test-support'

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
