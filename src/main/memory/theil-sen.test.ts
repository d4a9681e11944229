import { describe, expect, it } from 'vitest'
import { median, theilSenSlope } from './theil-sen'

const line = (slope: number, count: number) =>
  Array.from({ length: count }, (_, x) => ({ x, y: 5 + slope * x }))

describe('theilSenSlope', () => {
  it('is the slope of a line', () => {
    expect(theilSenSlope(line(3, 20))).toBe(3)
    expect(theilSenSlope(line(-0.5, 2))).toBe(-0.5)
  })

  it('does not mind a quarter of the points', () => {
    const points = line(3, 20).map((point, index) => (index % 4 === 0 ? { ...point, y: 1e9 } : point))
    expect(theilSenSlope(points)).toBeCloseTo(3, 6)
  })

  it('takes points of one place, and no points', () => {
    expect(theilSenSlope([...line(2, 3), { x: 1, y: 7 }])).toBe(2)
    expect(
      theilSenSlope([
        { x: 1, y: 1 },
        { x: 1, y: 2 },
      ]),
    ).toBeNull()
    expect(theilSenSlope([])).toBeNull()
  })
})

describe('median', () => {
  it('is the middle, or between the two', () => {
    expect(median([9, 1, 3])).toBe(3)
    expect(median([9, 1, 3, 4])).toBe(3.5)
    expect(median([10, 9])).toBe(9.5)
    expect(median([])).toBeNull()
  })
})
