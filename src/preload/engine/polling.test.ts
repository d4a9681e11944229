import { describe, expect, it } from 'vitest'
import { nextLookMs, PollBudget } from './polling'

const told = { isTold: true, isBusy: false, failures: 0, quietLooks: 0 }
const untold = { ...told, isTold: false }

describe('when to look', () => {
  it('is rarely while changes are told, and more rarely without jobs', () => {
    expect(nextLookMs({ ...told, isBusy: true })).toBeGreaterThanOrEqual(10_000)
    expect(nextLookMs(told)).toBeGreaterThanOrEqual(60_000)
  })

  it('is often while nobody tells and jobs run, and backs off without any', () => {
    expect(nextLookMs({ ...untold, isBusy: true, quietLooks: 50 })).toBe(1_000)
    const pauses = [0, 1, 5, 50].map((quietLooks) => nextLookMs({ ...untold, quietLooks }))
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b))
    expect(pauses.at(-1)).toBe(15_000)
  })

  it('backs off from an engine that fails', () => {
    const pauses = [1, 2, 3, 40].map((failures) => nextLookMs({ ...told, failures }))
    expect(pauses).toEqual([1_000, 2_000, 4_000, 15_000])
  })
})

/** The share of the engine's time that requests take, made one after the other at the shortest delay. */
function share(looks: number, tookMs: number): number {
  const allowance = new PollBudget(0)
  let now = 0
  for (let look = 0; look < looks; look += 1) {
    now += tookMs
    now += allowance.spend(now, tookMs)
  }
  return (looks * tookMs) / now
}

describe('the allowance', () => {
  it('lets a look be followed by another at once, as long as that is not the rule', () => {
    const allowance = new PollBudget(0)
    expect(allowance.spend(40, 40)).toBeLessThan(50)
    expect(allowance.spend(120, 40)).toBeLessThan(50)
  })

  it('keeps looks without end below 1 % of the engine’s time, but for the first burst', () => {
    expect(share(5_000, 5)).toBeLessThan(0.0105)
    expect(share(5_000, 20)).toBeLessThan(0.0105)
  })

  it('does not lose sight of an engine that is slow', () => {
    const allowance = new PollBudget(0)
    expect(allowance.spend(9_000, 9_000)).toBe(5_000)
  })

  it('has paid off one slow answer with one long pause', () => {
    const allowance = new PollBudget(0)
    const pauseMs = allowance.spend(6_000, 6_000)
    expect(pauseMs).toBe(5_000)
    // At once after that: the engine answers as fast as before.
    expect(allowance.spend(6_000 + pauseMs + 1, 1)).toBeLessThan(200)
  })

  it('saves no more than a burst', () => {
    const allowance = new PollBudget(0)
    allowance.spend(3_600_000, 900)
    expect(allowance.spend(3_600_000, 200)).toBe(5_000)
  })
})
