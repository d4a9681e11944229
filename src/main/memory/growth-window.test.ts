import { describe, expect, it } from 'vitest'
import { type Bucket, GrowthWindow, steadyRise, usualRise } from './growth-window'

const MIB = 2 ** 20

/** Ten buckets of 10 s per floor, in MiB; the floor is reached in the middle one. */
function buckets(...floors: number[]): Bucket[] {
  return floors.flatMap((floor, part) =>
    Array.from({ length: 10 }, (_, step) => {
      const low = (floor + Math.abs(step - 5)) * MIB
      return { at: (part * 10 + step) * 10_000, low, high: low + 50 * MIB }
    }),
  )
}

describe('steadyRise', () => {
  it('is the slope of the floors, and the highest of late', () => {
    const rise = steadyRise(buckets(100, 200, 300, 400, 500, 600))
    expect((rise?.bytesPerSecond ?? 0) / MIB).toBeCloseTo(1, 1)
    expect(rise?.peakBytes).toBe((600 + 5 + 50) * MIB)
  })

  it.each([
    ['all parts alike', [100, 120, 140, 160, 180, 200], true],
    ['one part that rests', [100, 125, 150, 150, 175, 200], true],
    ['a floor that falls a little', [100, 125, 150, 145, 170, 200], true],
    ['nothing', [100, 100, 100, 100, 100, 100], false],
    ['a fall', [200, 180, 160, 140, 120, 100], false],
    ['a trifle', [100, 101, 102, 104, 105, 107], false],
    ['a trifle beside so much', [10_000, 10_030, 10_060, 10_090, 10_120, 10_150], false],
    ['two parts that rest', [100, 100, 140, 140, 180, 220], false],
    ['memory that is given back', [100, 160, 220, 130, 190, 250], false],
    ['one that slows down', [100, 160, 200, 225, 240, 252], false],
    ['one that has stopped', [100, 140, 180, 220, 260, 262], false],
  ])('%s', (_what, floors, isRise) => {
    expect(steadyRise(buckets(...floors)) !== null).toBe(isRise)
  })
})

describe('usualRise', () => {
  it('does not mind a step, up or down', () => {
    expect((usualRise(buckets(100, 110, 120, 900, 910, 920), 100_000) ?? 0) / MIB).toBeCloseTo(0.1)
    expect((usualRise(buckets(900, 910, 100, 110, 120, 130), 100_000) ?? 0) / MIB).toBeCloseTo(0.1)
  })

  it('is not known of one part', () => {
    expect(usualRise(buckets(100), 100_000)).toBeNull()
    expect(usualRise([], 100_000)).toBeNull()
  })
})

describe('GrowthWindow', () => {
  it('keeps the lowest and the highest of each time, and so many times', () => {
    const window = new GrowthWindow(10, 3)
    const completes = [1, 5, 9, 10, 25, 31, 47, 58].map((at) => window.add(at, (at % 10) + 1))
    expect(completes).toEqual([false, false, false, true, true, true, true, true])
    expect(window.buckets).toEqual([
      { at: 25, low: 6, high: 6 },
      { at: 35, low: 2, high: 2 },
      { at: 45, low: 8, high: 8 },
    ])
    window.add(51, 1)
    window.add(60, 1)
    expect(window.buckets.at(-1)).toEqual({ at: 55, low: 1, high: 9 })
  })
})
