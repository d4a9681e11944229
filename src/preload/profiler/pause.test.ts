import { expect, it } from 'vitest'
import { MAX_PAUSE_MS, PauseEstimate } from './pause'

const MB = 2 ** 20

it('takes an unknown heap for small objects: 30 MB may be profiled, 40 may not', () => {
  const estimate = new PauseEstimate()
  expect(estimate.predict(30 * MB)).toBeLessThanOrEqual(MAX_PAUSE_MS)
  expect(estimate.predict(40 * MB)).toBeGreaterThan(MAX_PAUSE_MS)
})

it('follows what was measured', () => {
  const estimate = new PauseEstimate()
  estimate.record(20, 100 * MB)
  expect(estimate.predict(100 * MB)).toBe(20)
  expect(estimate.predict(50 * MB)).toBe(10)
})

it('takes for small objects what has come since, however short the pauses were: 10 MB that became 1 GB', () => {
  const estimate = new PauseEstimate()
  for (let i = 0; i < 10; i++) estimate.record(0.1, 10 * MB)
  expect(estimate.predict(12 * MB)).toBeLessThanOrEqual(MAX_PAUSE_MS)
  expect(estimate.predict(1_000 * MB)).toBeGreaterThan(1_000)
})

it('counts what has come since at the measured rate where that is worse', () => {
  const estimate = new PauseEstimate()
  estimate.record(40, 10 * MB)
  expect(estimate.predict(20 * MB)).toBeCloseTo(80)
})

it('does not believe a single long measurement: a heap left out would not be measured again', () => {
  const estimate = new PauseEstimate()
  for (const tookMs of [20, 21, 500]) estimate.record(tookMs, 20 * MB)
  expect(estimate.predict(20 * MB)).toBe(21)
  estimate.record(500, 20 * MB)
  expect(estimate.predict(20 * MB)).toBe(500)
})

it('learns nothing from a small heap', () => {
  const estimate = new PauseEstimate()
  estimate.record(12, 3 * MB)
  expect(estimate.predict(20 * MB)).toBe(new PauseEstimate().predict(20 * MB))
})
