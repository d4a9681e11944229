import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { captureLog } from '../../../../testing/log/capture-log'
import { temporaryFolder } from '../../../../testing/program/program'
import type { ProfileSet } from '../../../common/protocol/profile-set'
import { dataPaths } from '../../../common/storage/data-folder'
import { type MemoryReading, MemoryTimeline } from '../../memory/timeline'
import { pprofBytes } from '../../profiling/testing/pprof-bytes'
import { leaveSet, RUN } from '../../profiling/testing/sets'
import { ProfileStore } from '../profiles/profile-store'
import { deathContext, type RunFacts, unresponsiveContext } from './run-evidence'

const NINE = Date.UTC(2026, 0, 2, 9)
const SECOND = 1_000
const HOUR = 3_600 * SECOND
const HEAP = { cause: 'heap-out-of-memory', oom: true } as const
const WALL_TYPES = [
  ['sample', 'count'],
  ['wall', 'nanoseconds'],
] as const

/** A run of the backend that began at nine o'clock, with its profiles. */
function run(at: number, { heardAt = null as number | null, readings = [] as MemoryReading[] } = {}) {
  const dataFolder = temporaryFolder()
  const profilesFolder = dataPaths(dataFolder).profiles
  const { log } = captureLog()
  const store = new ProfileStore({ dataFolder, log, now: () => at, backendPid: () => null })
  store.open()
  const timeline = new MemoryTimeline()
  for (const reading of readings) timeline.add(reading)
  const facts: RunFacts = {
    run: RUN,
    at,
    heardAt,
    memoryLimitBytes: null,
    timeline,
    latest: null,
    hasEngine: false,
    engine: null,
    isProfiled: true,
    oomScore: null,
    survivors: null,
    unresponsive: null,
    runtimeId: null,
    heapLimitBytes: null,
    isLoaded: true,
    hadJobs: false,
    lastWords: [],
    store,
    profilesFolder,
    projectRoot: '/app',
  }
  /** Writes a set whose profiles contain one function alone. */
  const leave = (changes: Partial<ProfileSet> & { readonly from: number }, who: string) => {
    const start = new Date(changes.from).toISOString()
    const { files } = leaveSet(dataFolder, { start, end: start, samples: [], ...changes })
    const write = (name: string | null, bytes: Uint8Array) =>
      name && writeFileSync(join(profilesFolder, name), gzipSync(bytes))
    write(files.wall, pprofBytes({ types: WALL_TYPES, samples: [[[`${who} /app/a.js:3`], 1, 1e9]] }))
    write(files.space, pprofBytes({ samples: [[[`${who} /app/a.js:3`], 1, 1e6]] }))
  }
  const names = () => readdirSync(profilesFolder).sort()
  return { facts, leave, names, profilesFolder, store }
}

const heapOf = (at: number, share: number): MemoryReading => ({
  at,
  heapUsedBytes: share * 100,
  heapLimitBytes: 100,
})

it('a death for want of memory has the last profile, and who filled the heap', () => {
  const { facts, leave, store } = run(NINE)
  leave({ seq: 1, kind: 'near-death', from: NINE - 2 * SECOND }, 'first')
  leave({ seq: 2, kind: 'near-death', from: NINE - SECOND }, 'leak')
  const { profiles, topAllocators, words } = deathContext(facts, HEAP)
  expect(profiles).toEqual({ heap: `${RUN}-000002-space.pprof`, cpu: `${RUN}-000002-wall.pprof` })
  expect(topAllocators.map((one) => one.function)).toEqual(['leak'])
  expect(words[0]).toBe('100 % of the heap that was sampled came from leak (/app/a.js:3)')
  expect(store.waiting().map(({ seq, kind }) => [seq, kind])).toEqual([[2, 'on_oom']])
})

it('a death hours after the heap was nearly full is not laid at the door of who filled it then', () => {
  const fifteen = NINE + 6 * HOUR
  const { facts, leave, store } = run(fifteen, { readings: [heapOf(fifteen - 4 * SECOND, 0.1)] })
  leave({ kind: 'near-death', from: NINE, heap: { usedBytes: 75, limitBytes: 100 } }, 'innocent')
  const { profiles, topAllocators, words } = deathContext(facts, HEAP)
  expect([profiles, topAllocators]).toEqual([{ heap: null, cpu: null }, []])
  expect(words.join()).not.toContain('innocent')
  expect(store.waiting()).toEqual([])
})

it('a death for another reason keeps no profile, and the memory before it all the same', () => {
  const { facts, leave } = run(NINE)
  const samples = [{ at: NINE - SECOND, usedBytes: 90, limitBytes: 100 }]
  leave({ kind: 'near-death', from: NINE - SECOND, samples }, 'innocent')
  const { memory, profiles, topAllocators } = deathContext(facts, { cause: 'crash', oom: false })
  expect([profiles, topAllocators]).toEqual([{ heap: null, cpu: null }, []])
  expect(memory).toMatchObject({ heapUsedBytes: 90, heapLimitBytes: 100 })
})

it('a profile that cannot be read leaves the rest of what is known', () => {
  const { facts, leave, profilesFolder } = run(NINE)
  leave({ kind: 'near-death', from: NINE - SECOND }, 'leak')
  writeFileSync(join(profilesFolder, `${RUN}-000000-space.pprof`), 'no profile')
  expect(deathContext(facts, HEAP)).toMatchObject({
    profiles: { heap: `${RUN}-000000-space.pprof` },
    topAllocators: [],
  })
})

it('a full heap without a profile is said to have none, where one was to be expected', () => {
  const { facts } = run(NINE)
  const missed = 'no heap or CPU profile of the full heap could be taken, or written down'
  expect(deathContext(facts, HEAP).words).toEqual([missed])
  expect(deathContext({ ...facts, isProfiled: false }, HEAP).words).toEqual([])
  expect(deathContext(facts, { cause: 'memory-limit', oom: true }).words).toEqual([])
})

it('a death without a CPU profile says that there is none, where it has one of the heap', () => {
  const { facts, leave } = run(NINE)
  const files = { wall: null, space: `${RUN}-000000-space.pprof` }
  leave({ kind: 'near-death', from: NINE - SECOND, files }, 'leak')
  const { profiles, words } = deathContext(facts, HEAP)
  expect(profiles).toEqual({ heap: files.space, cpu: null })
  expect(words).toEqual([
    '100 % of the heap that was sampled came from leak (/app/a.js:3)',
    'no CPU profile: no function had been sampled when the heap profile was written',
  ])
})

it('a run that never said its name has no profiles of its own', () => {
  const { facts, leave } = run(NINE)
  leave({ seq: 1, kind: 'near-death', from: NINE - SECOND }, 'other')
  leave({ seq: 2, kind: 'unresponsive', from: NINE - SECOND }, 'other')
  const nameless = { ...facts, run: null }
  for (const { profiles } of [deathContext(nameless, HEAP), unresponsiveContext(nameless)])
    expect(profiles).toEqual({ heap: null, cpu: null })
})

it('a silence has the function that it is stuck in, and keeps the profile', () => {
  const { facts, leave, names, store } = run(NINE, { heardAt: NINE - 15 * SECOND })
  leave({ kind: 'unresponsive', from: NINE - 10 * SECOND }, 'loop')
  const { profiles, words } = unresponsiveContext(facts)
  expect(words).toEqual(['stuck in loop (/app/a.js:3), 100 % of the time'])
  expect(profiles).toEqual({ heap: null, cpu: `${RUN}-000000-wall.pprof` })
  store.discardUnclaimed()
  expect(names()).toContain(profiles.cpu)
})

it('a silence is not told by the profile of an earlier one', () => {
  const { facts, leave } = run(NINE, { heardAt: NINE - 15 * SECOND })
  leave({ kind: 'unresponsive', from: NINE - 60 * SECOND }, 'innocent')
  const { profiles, words } = unresponsiveContext(facts)
  expect(words).toEqual(['no CPU profile could be taken: it may be stuck in native code'])
  expect(profiles).toEqual({ heap: null, cpu: null })
})

it('a silence whose profile tells nothing does not say that there is none', () => {
  const { facts, leave, profilesFolder } = run(NINE, { heardAt: NINE - 15 * SECOND })
  leave({ kind: 'unresponsive', from: NINE - 10 * SECOND }, 'loop')
  writeFileSync(join(profilesFolder, `${RUN}-000000-wall.pprof`), 'no profile')
  const { profiles, words } = unresponsiveContext(facts)
  expect(words).toEqual(['its CPU profile shows no function, or cannot be read'])
  expect(profiles.cpu).toBe(`${RUN}-000000-wall.pprof`)
})

it('a silence of a backend that is not profiled is not laid to native code', () => {
  const { facts } = run(NINE, { heardAt: NINE - 15 * SECOND })
  expect(unresponsiveContext({ ...facts, isProfiled: false }).words).toEqual([
    'profiling is off: where it is stuck is not known',
  ])
})

it('a backend that was never heard of has been silent since its start', () => {
  const { facts, leave } = run(NINE)
  leave({ kind: 'unresponsive', from: NINE - 10 * SECOND }, 'loadsForEver')
  expect(unresponsiveContext(facts).words[0]).toMatch(/^stuck in loadsForEver /)
})

it('what could not be ended is said, and at a kernel’s kill what was done for the app', () => {
  const { facts } = run(NINE)
  const known = {
    ...facts,
    survivors: 'its processes could not be ended: p (process 9)',
    oomScore: 'it was raised',
  }
  const kernel = { cause: 'kernel-oom-kill', oom: true } as const
  expect(deathContext(known, kernel).words).toEqual([known.survivors, known.oomScore])
  expect(deathContext(known, { cause: 'crash', oom: false }).words).toEqual([known.survivors])
})

it('an engine that is unresponsive has the words and the stacks of its probe, and no profile of its runner', () => {
  const { facts } = run(NINE)
  const stacks = [{ thread: 'prompt_worker', frames: [{ function: 'run', file: 'nodes.py', line: 7 }] }]
  const unresponsive = {
    kind: 'lock',
    isLoading: false,
    unresponsiveMs: 15_000,
    isRestartDue: true,
    words: ["holding Python's lock"],
    node: null,
    stacks,
  } as const
  const found = { ...unresponsive, words: [...unresponsive.words] }
  expect(unresponsiveContext({ ...facts, hasEngine: true, unresponsive: found })).toMatchObject({
    words: ["holding Python's lock"],
    stacks,
    profiles: { heap: null, cpu: null },
  })
})
