import { describe, expect, it } from 'vitest'
import { MAX_PAUSE_MS, PauseEstimate } from './pause'

const MB = 2 ** 20
const MINUTE = 60_000

/**
 * The first minute, within `within`, in which a heap of this size may be profiled; `null` if there is none.
 */
function trialOf(estimate: PauseEstimate, bytes: number, within = 24 * 60): number | null {
  for (let minute = 0; minute <= within; minute++)
    if (estimate.expect(bytes, minute * MINUTE) <= MAX_PAUSE_MS) return minute
  return null
}

it('takes an unknown heap for small objects: 30 MB may be profiled, 40 may not', () => {
  const estimate = new PauseEstimate(0)
  expect(estimate.predict(30 * MB)).toBeLessThanOrEqual(MAX_PAUSE_MS)
  expect(estimate.predict(40 * MB)).toBeGreaterThan(MAX_PAUSE_MS)
})

it('follows what was measured', () => {
  const estimate = new PauseEstimate(0)
  estimate.record(20, 100 * MB, 0)
  expect(estimate.predict(100 * MB)).toBe(20)
  expect(estimate.predict(50 * MB)).toBe(10)
})

it('takes for small objects what has come since, however short the pauses were: 10 MB that became 1 GB', () => {
  const estimate = new PauseEstimate(0)
  for (let i = 0; i < 10; i++) estimate.record(0.1, 10 * MB, 0)
  expect(estimate.predict(12 * MB)).toBeLessThanOrEqual(MAX_PAUSE_MS)
  expect(estimate.predict(1_000 * MB)).toBeGreaterThan(1_000)
})

it('counts what has come since at the measured rate where that is worse', () => {
  const estimate = new PauseEstimate(0)
  for (let i = 0; i < 2; i++) estimate.record(40, 10 * MB, 0)
  expect(estimate.predict(20 * MB)).toBeCloseTo(80)
})

it('does not believe the first measurement where it is long', () => {
  const estimate = new PauseEstimate(0)
  estimate.record(60, 12 * MB, 0)
  expect(estimate.predict(20 * MB)).toBe(30)
  estimate.record(90, 20 * MB, 0)
  expect(estimate.predict(20 * MB)).toBe(90)
})

it('does not believe a single long measurement', () => {
  const estimate = new PauseEstimate(0)
  for (const tookMs of [20, 21, 500]) estimate.record(tookMs, 20 * MB, 0)
  expect(estimate.predict(20 * MB)).toBe(21)
  estimate.record(500, 20 * MB, 0)
  expect(estimate.predict(20 * MB)).toBe(500)
})

it('learns nothing from a small heap', () => {
  const estimate = new PauseEstimate(0)
  estimate.record(12, 3 * MB, 0)
  expect(estimate.predict(20 * MB)).toBe(new PauseEstimate(0).predict(20 * MB))
})

describe('a heap that is left out', () => {
  it.each([
    [30, 0],
    [40, 2],
    [60, 5],
    [95, 8],
  ])('because it was never measured is tried after a while: %i MB after %i minutes', (mb, minute) => {
    expect(trialOf(new PauseEstimate(0), mb * MB)).toBe(minute)
  })

  it.each([110, 1_000, 4_000])('is not tried where its profile cannot be short: %i MB', (mb) => {
    expect(trialOf(new PauseEstimate(0), mb * MB)).toBeNull()
  })

  it('because the machine was busy twice is tried again, and then believed', () => {
    const estimate = new PauseEstimate(0)
    for (const tookMs of [20, 500, 500]) estimate.record(tookMs, 20 * MB, 0)
    expect(trialOf(estimate, 20 * MB)).toBe(4)
    estimate.record(18, 20 * MB, 4 * MINUTE)
    expect(estimate.expect(20 * MB, 4 * MINUTE)).toBe(18)
  })

  it('because its profile is long is tried ever more rarely', () => {
    const estimate = new PauseEstimate(0)
    estimate.record(90, 60 * MB, 0)
    const trials: number[] = []
    for (let minute = 1; minute <= 24 * 60; minute++) {
      if (estimate.expect(60 * MB, minute * MINUTE) > MAX_PAUSE_MS) continue
      trials.push(minute)
      estimate.record(90, 60 * MB, minute * MINUTE)
    }
    expect(trials).toEqual([5, 22, 90, 362])
    // A short pause resets it.
    estimate.record(20, 60 * MB, 1_500 * MINUTE)
    estimate.record(90, 60 * MB, 1_501 * MINUTE)
    estimate.record(90, 60 * MB, 1_501 * MINUTE)
    expect(trialOf(estimate, 60 * MB, 1_510)).toBe(1_506)
  })

  it('is not tried for being measured long near a death: that puts nothing off', () => {
    const estimate = new PauseEstimate(0)
    for (let at = 0; at < 10; at++) estimate.record(2_000, 1_000 * MB, at)
    expect(trialOf(estimate, 1_000 * MB)).toBeNull()
    expect(trialOf(estimate, 60 * MB)).toBe(7)
  })

  it('near a death counts for what it was', () => {
    const estimate = new PauseEstimate(0)
    estimate.record(900, 600 * MB, 0)
    expect(estimate.predict(600 * MB)).toBe(900)
    expect(new PauseEstimate(0).predict(600 * MB)).toBe(900)
  })
})

describe('a heap that outgrows what is known of it', () => {
  it('is measured while that is short: from 17 MB on, not from 40', () => {
    const isOutgrown = (mb: number) => new PauseEstimate(0).isOutgrown(mb * MB, 0)
    expect([5, 10, 16, 17, 25, 33, 40, 1_000].filter(isOutgrown)).toEqual([17, 25, 33])
  })

  it('is followed for as long as its profiles are short', () => {
    const follow = (rate: number) => {
      const estimate = new PauseEstimate(0)
      let pauses = 0
      for (let mb = 1; mb <= 1_500; mb++) {
        if (!estimate.isOutgrown(mb * MB, mb)) continue
        expect(rate * mb).toBeLessThanOrEqual(MAX_PAUSE_MS)
        estimate.record(rate * mb, mb * MB, mb)
        pauses++
      }
      return pauses
    }
    // Strings, ordinary objects, the worst.
    expect([0.02, 0.5, 2].map((rate) => follow(rate))).toEqual([73, 3, 1])
  })
})
