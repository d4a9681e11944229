import { describe, expect, it } from 'vitest'
import { bootstrapRange, mean, median, quantile, summary } from './statistics.mjs'

describe('a quantile', () => {
  it.each([
    [0, 1],
    [0.25, 2],
    [0.5, 3],
    [0.9, 4.6],
    [1, 5],
  ])('%f lies between the values next to it', (share, expected) => {
    expect(quantile([5, 3, 1, 4, 2], share)).toBeCloseTo(expected)
  })

  it('of one value is that value', () => {
    expect(quantile([7], 0.9)).toBe(7)
  })
})

it('a summary has median, range and number', () => {
  expect(summary([4, 1, 3, 2])).toEqual({ median: 2.5, min: 1, max: 4, count: 4 })
  expect(mean([1, 2, 6])).toBe(3)
})

describe('a bootstrap', () => {
  const of = (values: number[]) =>
    bootstrapRange((draw) => median(draw.map((at) => values[at] ?? 0)), values.length)

  it('is as narrow as what was measured', () => {
    expect(of([5, 5, 5, 5])).toEqual({ low: 5, high: 5 })
  })

  it('has the figure in it, and is narrower than all values', () => {
    const { low, high } = of(Array.from({ length: 101 }, (_, value) => value))
    expect(low).toBeGreaterThan(20)
    expect(low).toBeLessThan(50)
    expect(high).toBeGreaterThan(50)
    expect(high).toBeLessThan(80)
  })
})
