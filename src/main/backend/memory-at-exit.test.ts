import { expect, it } from 'vitest'
import type { LatestMemory } from '../memory/memory-watch'
import { engineMemoryAtExit, memoryAtExit } from './memory-at-exit'

const NOW = 10_000
const heap = (at: number, usedBytes: number) => ({ at, usedBytes, limitBytes: 100 })
const latest = (at: number): LatestMemory => ({
  ...{ at, readAt: at, treeRssBytes: 70, processes: [] },
  ...{ heapUsedBytes: null, heapLimitBytes: null, externalBytes: null },
})

it('takes the later of what the profiler saw and the heartbeat told', () => {
  const of = (seenAt: number, toldAt: number) =>
    memoryAtExit({ seen: heap(seenAt, 1), told: heap(toldAt, 2), latest: null, now: NOW })
  expect(of(9_900, 9_000)).toMatchObject({ ageMs: 100, heapUsedBytes: 1 })
  expect(of(9_000, 9_900)).toMatchObject({ ageMs: 100, heapUsedBytes: 2 })
})

it('gives heap and processes an age each', () => {
  expect(memoryAtExit({ seen: null, told: heap(9_900, 2), latest: latest(9_000), now: NOW })).toEqual({
    ageMs: 100,
    treeAgeMs: 1_000,
    treeRssBytes: 70,
    heapUsedBytes: 2,
    heapLimitBytes: 100,
  })
})

it('is not known of a run that was never read', () => {
  expect(memoryAtExit({ seen: null, told: null, latest: null, now: NOW })).toBeNull()
  expect(engineMemoryAtExit(null, NOW)).toBeNull()
})

it('says nothing of the heap of an engine, which is its runner’s', () => {
  expect(engineMemoryAtExit(latest(9_500), NOW)).toEqual({
    ageMs: 500,
    treeRssBytes: 70,
    heapUsedBytes: null,
    heapLimitBytes: null,
  })
})
