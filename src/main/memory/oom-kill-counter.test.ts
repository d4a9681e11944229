import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { OomKillBaseline, oomKillCounterOf, readOomKills } from './oom-kill-counter'

const S = 1_000

describe('readOomKills', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'oom-kill-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it.each([
    ['v1, memory.oom_control', 'oom_kill_disable 0\nunder_oom 0\noom_kill 3\n', 3],
    ['v2, memory.events', 'low 0\nhigh 0\nmax 12\noom 2\noom_kill 1\noom_group_kill 5\n', 1],
    ['v2 without a kill', 'low 0\nhigh 0\nmax 0\noom 9\noom_kill 0\n', 0],
    ['an old kernel', 'oom_kill_disable 0\nunder_oom 0\n', null],
    ['an empty file', '', null],
  ])('%s', (_what, text, expected) => {
    const file = join(folder, 'counter')
    writeFileSync(file, text)
    expect(readOomKills(file)).toBe(expected)
  })

  it('is null for no file', () => {
    expect(readOomKills(join(folder, 'none'))).toBeNull()
  })

  it('reads the counter of this process, where the system has one', () => {
    const file = oomKillCounterOf('self')
    const kills = file === null ? null : readOomKills(file)
    expect(kills === null).toBe(file === null)
    expect(kills === null || (Number.isSafeInteger(kills) && kills >= 0)).toBe(true)
    if (process.platform !== 'linux') expect(file).toBeNull()
  })

  it('has no counter for no process', () => {
    expect(OomKillBaseline.of(2 ** 30, 0)).toBeNull()
  })
})

describe('OomKillBaseline', () => {
  let kills: number | null
  const baseline = (now = 0) => new OomKillBaseline(() => kills, now)
  beforeEach(() => {
    kills = 2
  })

  it('sees a kill of a young process', () => {
    const counter = baseline()
    kills = 3
    expect(counter.read(10)).toEqual({ before: 2, after: 3 })
  })

  it('sees that there was none', () => {
    expect(baseline().read(10)).toEqual({ before: 2, after: 2 })
  })

  it('sees a kill that a refresh has counted before the exit was heard of', () => {
    const counter = baseline()
    for (let at = 5 * S; at < 100 * S; at += 5 * S) counter.refresh(at)
    kills = 3
    counter.refresh(100 * S)
    expect(counter.read(100.2 * S)).toEqual({ before: 2, after: 3 })
    expect(baseline(0).read(0)).toEqual({ before: 3, after: 3 })
  })

  it('does not blame a kill of long before', () => {
    const counter = baseline()
    kills = 3
    for (let at = 5 * S; at <= 60 * S; at += 5 * S) counter.refresh(at)
    expect(counter.read(61 * S)).toEqual({ before: 3, after: 3 })
  })

  it('compares with the last reading there is after a long sleep', () => {
    const counter = baseline()
    counter.refresh(5 * S)
    kills = 3
    expect(counter.read(9_999 * S)).toEqual({ before: 2, after: 3 })
  })

  it.each([
    ['cannot be read any more', 2, null],
    ['could not be read before', null, 2],
    ['went back', 2, 1],
  ])('proves nothing when the counter %s', (_what, before, after) => {
    kills = before
    const counter = baseline()
    kills = after
    expect(counter.read(10)).toBeNull()
  })

  it('keeps few readings', () => {
    let reads = 0
    const counter = new OomKillBaseline(() => reads++, 0)
    for (let at = S; at <= 1_000 * S; at += S) counter.refresh(at)
    // It was read at 985 s, not at 0 s: earlier readings were dropped.
    expect(counter.read(1_000 * S)).toEqual({ before: 985, after: 1_001 })
  })
})
