import type { HeapProfiler } from 'node:inspector'
import { expect, it } from 'vitest'
import { HeapProfiling } from './heap-profiling'

const MB = 2 ** 20
const callFrame = { functionName: '(root)', scriptId: '0', url: '', lineNumber: -1, columnNumber: -1 }
const HEAP: HeapProfiler.SamplingHeapProfile = { head: { callFrame, selfSize: 0, children: [] } }

/** A main thread whose last vitals said 10 MB, with another size in use by now. */
function heapTakes() {
  const now = { usedMb: 10, toldMb: 10, pauseMs: 5, ms: 0 }
  const options = {
    heap: {
      usedBytes: async () => now.usedMb * MB,
      profile: async () => ({ profile: HEAP, pauseMs: now.pauseMs }),
    },
    heapLimitBytes: 4_000 * MB,
    vitals: () => ({ usedBytes: now.toldMb * MB, smallObjectBytes: now.toldMb * MB }),
  }
  const takes = new HeapProfiling(options, () => now.ms)
  return { takes, now }
}

it('a small heap is taken for what it told, however much has come since', () => {
  expect(heapTakes().takes.nearPauseMs(100 * MB)).toBe(15)
})

it('a large one may be stopped for seconds, whatever it told', () => {
  expect(heapTakes().takes.nearPauseMs(3_000 * MB)).toBe(4_500)
})

it('what a profile of a heap as large took goes for the next', async () => {
  const { takes, now } = heapTakes()
  Object.assign(now, { usedMb: 3_000, pauseMs: 40 })
  await takes.take()
  expect(takes.nearPauseMs(3_400 * MB)).toBe(40)
})

it('what a profile of a small one took does not', async () => {
  const { takes, now } = heapTakes()
  Object.assign(now, { usedMb: 300, pauseMs: 40 })
  await takes.take()
  expect(takes.nearPauseMs(3_400 * MB)).toBeGreaterThan(4_000)
})

it('a heap that grows is measured for its pause alone, once a second at most and by fresh figures', async () => {
  const { takes, now } = heapTakes()
  const grow = (usedMb: number, toldMb = usedMb) => {
    Object.assign(now, { usedMb, toldMb, ms: now.ms + 1_000 })
    return takes.isOutgrown(usedMb * MB)
  }
  expect(grow(10)).toBe(false)
  expect(grow(20, 10)).toBe(false)
  expect(grow(20)).toBe(true)
  await takes.take()
  expect(grow(30)).toBe(false)
  expect(grow(40)).toBe(true)
  await takes.take()
  Object.assign(now, { usedMb: 60, toldMb: 60, ms: now.ms + 999 })
  expect(takes.isOutgrown(60 * MB)).toBe(false)
})

it('a regular profile is tried again after a while, one near a death goes by what is known', () => {
  const { takes, now } = heapTakes()
  Object.assign(now, { usedMb: 60, toldMb: 60 })
  expect([takes.pauseMs(60 * MB), takes.nearPauseMs(60 * MB)]).toEqual([90, 90])
  now.ms = 5 * 60_000
  expect([takes.pauseMs(60 * MB), takes.nearPauseMs(60 * MB)]).toEqual([45, 90])
})
