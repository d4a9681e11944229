import type { HeapProfiler } from 'node:inspector'
import { expect, it } from 'vitest'
import { HeapTakes } from './heap-takes'

const MB = 2 ** 20
const callFrame = { functionName: '(root)', scriptId: '0', url: '', lineNumber: -1, columnNumber: -1 }
const HEAP: HeapProfiler.SamplingHeapProfile = { head: { callFrame, selfSize: 0, children: [] } }

/** A main thread that told of 10 MB last, with so much in use by now. */
function heapTakes() {
  const now = { usedMb: 10, pauseMs: 5 }
  const takes = new HeapTakes({
    heap: {
      usedBytes: async () => now.usedMb * MB,
      profile: async () => ({ profile: HEAP, pauseMs: now.pauseMs }),
    },
    heapLimitBytes: 4_000 * MB,
    vitals: () => ({ usedBytes: 10 * MB, smallObjectBytes: 10 * MB }),
  })
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
