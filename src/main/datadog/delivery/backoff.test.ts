import { expect, test } from 'vitest'
import { backoff, DELIVERY_BACKOFF } from './backoff'

const delays = (random: number) =>
  Array.from({ length: 9 }, (_, n) => backoff(n + 1, random, DELIVERY_BACKOFF) / 1000)

test('doubles from 5 s to 5 min', () => {
  expect(delays(0.5)).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300])
  expect(backoff(10_000, 0.5, DELIVERY_BACKOFF)).toBe(300_000)
})

test('jitter of a fifth remains at the cap', () => {
  expect(delays(0).at(-1)).toBeCloseTo(240)
  expect(delays(1).at(-1)).toBeCloseTo(360)
})
