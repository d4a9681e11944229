import { describe, expect, it } from 'vitest'
import { isOfThisDeath } from './of-this-death'

const TAKEN = Date.UTC(2026, 0, 2, 9)
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const MB = 2 ** 20

/** A heap profile taken at nine o'clock, perhaps of a heap that is small in a large tree. */
const takenAt = (usedMb: number) => ({
  end: new Date(TAKEN).toISOString(),
  heap: { usedBytes: usedMb * MB, limitBytes: 1_000 * MB },
})
const memory = ({ heapMb = null as number | null, treeMb = null as number | null, limitMb = 4_000 }) => ({
  limitBytes: limitMb * MB,
  treeRssBytes: treeMb && treeMb * MB,
  heapUsedBytes: heapMb && heapMb * MB,
  heapLimitBytes: heapMb && 1_000 * MB,
})

describe('a near-death set', () => {
  it.each([
    ['of a moment ago, of a heap that died of one great step', 750, { heapMb: 400 }, 5_000, true],
    ['of hours ago, of a heap that has been empty since', 750, { heapMb: 100 }, 6 * HOUR, false],
    ['of hours ago, of a heap that leaks slowly', 950, { heapMb: 985 }, 3 * HOUR, true],
    [
      'of hours ago, of a heap that is half full of other things',
      750,
      { heapMb: 300, treeMb: 3_000 },
      HOUR,
      false,
    ],
    ['of minutes ago, of a heap that V8 is still giving up', 930, {}, 9 * MINUTE, true],
    ['of minutes ago, of a tree that fills', 20, { heapMb: 20, treeMb: 3_900 }, 5 * MINUTE, true],
    ['of hours ago, of a tree that has shrunk since', 20, { heapMb: 20, treeMb: 900 }, 6 * HOUR, false],
    ['of hours ago, with no limit of the tree', 20, { heapMb: 20, treeMb: 900, limitMb: 0 }, HOUR, false],
    ['of a time to come: the clock was set back', 750, { heapMb: 100 }, -HOUR, true],
  ])('%s', (_, usedMb, last, ageMs, expected) => {
    expect(isOfThisDeath(takenAt(usedMb), memory(last), TAKEN + ageMs)).toBe(expected)
  })

  it('without a heap in it counts for a tree alone', () => {
    const set = { ...takenAt(0), heap: null }
    expect(isOfThisDeath(set, memory({ treeMb: 3_900 }), TAKEN + HOUR)).toBe(true)
    expect(isOfThisDeath(set, memory({ treeMb: 100 }), TAKEN + HOUR)).toBe(false)
  })
})
