import { expect, test } from 'vitest'
import { backoff, exponentialDelay } from './backoff'

const LIMITS = { firstMs: 5_000, lastMs: 300_000 }

const delays = (random: number) => Array.from({ length: 9 }, (_, n) => backoff(n + 1, random, LIMITS) / 1000)

test('doubles from 5 s to 5 min', () => {
  expect(delays(0.5)).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300])
  expect(backoff(10_000, 0.5, LIMITS)).toBe(300_000)
})

test('jitter of a fifth remains at the cap', () => {
  expect(delays(0).at(-1)).toBeCloseTo(240)
  expect(delays(1).at(-1)).toBeCloseTo(360)
})

test('without jitter too', () => {
  expect([1, 2, 3, 50].map((failures) => exponentialDelay(failures, LIMITS))).toEqual([
    5_000, 10_000, 20_000, 300_000,
  ])
})
