import { describe, expect, it } from 'vitest'
import { trend } from './trend'

const line = (slope: number, count: number, noise: (x: number) => number = () => 0) =>
  Array.from({ length: count }, (_, x) => ({ x, y: slope * x + noise(x) }))

/** The same values each time, without a trend: the fractions of a multiple of the golden ratio. */
const scatter = (x: number) => ((x * 1.618_033_988_75) % 1) - 0.5

describe('trend', () => {
  it('is the slope of a line, and sure of it', () => {
    expect(trend(line(3, 20))).toEqual({ slope: 3, low: 3, high: 3 })
  })

  it('holds the true slope of points that scatter, and not 0', () => {
    const found = trend(line(0.1, 60, scatter))
    expect(found?.low).toBeGreaterThan(0)
    expect(found?.low).toBeLessThan(0.1)
    expect(found?.high).toBeGreaterThan(0.1)
  })

  it('holds 0 where there is none', () => {
    const found = trend(line(0, 60, scatter))
    expect(found?.low).toBeLessThan(0)
    expect(found?.high).toBeGreaterThan(0)
  })

  it('does not follow a few points that are far off', () => {
    const spikes = (x: number) => (x % 10 === 9 ? 1_000 : scatter(x))
    expect(trend(line(0, 50, spikes))?.slope).toBeCloseTo(0, 1)
  })

  // Sen's example of 10 points, with 45 slopes: C = 1.96 * sqrt(125) = 21.9, from the 11th, (45 - C) / 2, to
  // the 35th, (45 + C) / 2 + 1.
  it('takes its bounds from the ranks that Kendall gives', () => {
    const points = line(1, 10, (x) => scatter(x) * 8)
    const slopes = points
      .flatMap((one, index) => points.slice(index + 1).map((other) => (other.y - one.y) / (other.x - one.x)))
      .sort((a, b) => a - b)
    const found = trend(points)
    expect([found?.low, found?.high]).toEqual([slopes[10], slopes[34]])
  })

  it('says nothing of too few points', () => {
    for (const count of [0, 1, 2, 3, 4, 5]) expect(trend(line(1, count))).toBeNull()
  })
})
