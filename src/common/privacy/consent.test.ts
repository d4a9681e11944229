import { describe, expect, it } from 'vitest'
import { answered, type Consent, type ConsentPeriod, isDenied, MAX_PERIODS } from './consent'

const given = (...answers: readonly [at: number, consent: Consent][]) =>
  answers.reduce<readonly ConsentPeriod[]>((periods, [at, consent]) => answered(periods, consent, at), [])

describe('the periods in which nothing left', () => {
  it('are none where all was granted', () => {
    expect(given([1, 'granted'], [9, 'granted'])).toEqual([])
  })

  it('a yes lets go what has waited for it', () => {
    expect(given([1, 'pending'])).toEqual([{ state: 'pending', from: 1, to: null }])
    expect(given([1, 'pending'], [5, 'granted'])).toEqual([])
  })

  it('a no keeps what has waited for it too, also that of an earlier run', () => {
    expect(given([1, 'pending'], [5, 'denied'], [9, 'granted'])).toEqual([
      { state: 'denied', from: 1, to: 9 },
    ])
    const earlier = given([1, 'pending'])
    expect(answered(answered(earlier, 'pending', 20), 'denied', 30)).toEqual([
      { state: 'denied', from: 1, to: null },
    ])
  })

  it('a run that was killed while it was denied ends with the next one', () => {
    expect(answered(given([10, 'denied']), 'granted', 50)).toEqual([{ state: 'denied', from: 10, to: 50 }])
  })

  it('end where a new question begins, and what was denied stays so', () => {
    const periods = given([10, 'denied'], [20, 'pending'], [30, 'granted'])
    expect(periods).toEqual([{ state: 'denied', from: 10, to: 20 }])
  })

  it('a clock that was set back ends none before it began', () => {
    expect(given([100, 'denied'], [50, 'granted'])).toEqual([{ state: 'denied', from: 100, to: 100 }])
  })

  it('are bounded, and no denied time gets lost by it', () => {
    let periods: readonly ConsentPeriod[] = []
    for (let at = 0; at < 1_000; at += 2) {
      periods = answered(answered(periods, 'denied', at * 10), 'granted', at * 10 + 5)
    }
    expect(periods.length).toBe(MAX_PERIODS)
    for (let at = 0; at < 1_000; at += 2) expect(isDenied(periods, at * 10 + 2, at * 10 + 3)).toBe(true)
    expect(isDenied(periods, 9_990, 9_999)).toBe(false)
  })
})

describe('what was recorded in a denied time', () => {
  const periods = given([100, 'denied'], [200, 'granted'], [300, 'pending'])
  it.each([
    [50, 99, false],
    [50, 100, true],
    [120, 130, true],
    [150, 250, true],
    [200, 210, true],
    [201, 299, false],
    [50, 400, true],
    // What waits for an answer may leave some day.
    [350, 400, false],
  ])('from %i to %i: %s', (from, to, expected) => {
    expect(isDenied(periods, from, to)).toBe(expected)
  })

  it('goes on while it is denied', () => {
    expect(isDenied(given([100, 'denied']), 1e15, 1e15)).toBe(true)
  })
})
