import { describe, expect, it } from 'vitest'
import type { MemorySample } from './memory-sample'
import { describeMemory, outsideHeap } from './outside-heap'

const GIB = 2 ** 30
const AT = Date.UTC(2026, 10, 23, 20, 11, 55)

function sample(second: number, known: Partial<MemorySample>): MemorySample {
  return {
    at: new Date(AT + second * 1_000).toISOString(),
    treeRssBytes: null,
    heapUsedBytes: null,
    heapLimitBytes: null,
    externalBytes: null,
    systemUsedBytes: null,
    gpuUsedBytes: null,
    gpuTotalBytes: null,
    ...known,
  }
}
const process = (name: string, rssBytes: number) => ({ pid: 1, ppid: 1, name, rssBytes, startTime: 1 })

describe('outsideHeap', () => {
  it('takes the newest of each figure', () => {
    const samples = [
      sample(0, { treeRssBytes: GIB, heapUsedBytes: GIB / 2 }),
      sample(5, { heapUsedBytes: 0.2 * GIB, externalBytes: GIB }),
      sample(6, { treeRssBytes: 2.2 * GIB }),
    ]
    expect(outsideHeap(samples)).toEqual({
      treeRssBytes: 2.2 * GIB,
      outsideBytes: 2 * GIB,
      externalBytes: GIB,
    })
  })

  it('is never negative', () => {
    expect(outsideHeap([sample(0, { treeRssBytes: 1, heapUsedBytes: 9 })])).toMatchObject({ outsideBytes: 0 })
  })

  it.each([
    ['no sample', []],
    ['no heap', [sample(0, { treeRssBytes: GIB })]],
    ['no tree', [sample(0, { heapUsedBytes: GIB })]],
    ['figures that are minutes apart', [sample(0, { heapUsedBytes: 1 }), sample(60, { treeRssBytes: 2 })]],
  ])('does not know with %s', (_what, samples) => {
    expect(outsideHeap(samples)).toBeNull()
    expect(describeMemory(samples)).toBeNull()
  })
})

describe('describeMemory', () => {
  const outside = { treeRssBytes: 2.1 * GIB, heapUsedBytes: 0.2 * GIB }

  it.each([
    [
      outside,
      [],
      "1.9 GiB of 2.1 GiB is outside V8's heap (Buffers, native memory, child processes): a heap profile does not show it",
    ],
    [
      { ...outside, externalBytes: 1.5 * GIB },
      [],
      "1.9 GiB of 2.1 GiB is outside V8's heap (Buffers and the like 1.5 GiB, native memory, child processes): a heap profile does not show it",
    ],
    [
      { ...outside, externalBytes: 0 },
      [process('electron', 0.3 * GIB), process('sh', 1), process('python3', 1.8 * GIB)],
      "1.9 GiB of 2.1 GiB is outside V8's heap (Buffers and the like 0 B, native memory, child processes 1.8 GiB, most of it python3): a heap profile does not show it",
    ],
    [
      { treeRssBytes: 2.1 * GIB, heapUsedBytes: 1.9 * GIB },
      [],
      "1.9 GiB of 2.1 GiB is V8's heap: a heap profile shows it",
    ],
  ])('%#', (known, processes, words) => {
    expect(describeMemory([sample(0, known)], processes)).toBe(words)
    expect(words.length).toBeLessThanOrEqual(240)
  })
})
