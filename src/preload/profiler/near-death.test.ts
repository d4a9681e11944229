import { describe, expect, it } from 'vitest'
import { FalseAlarmFilter, fillsSoon, lookInterval, NearDeathMarks, stepFor } from './near-death'

const SHORT = 5
const LONG = 400
const GREAT = 4_000

/** The shares at which a profile is taken. */
function taken(course: readonly number[], pauseMs: number): number[] {
  const marks = new NearDeathMarks()
  return course.filter((share) => marks.due(share, pauseMs))
}

/** Values from one share to another in equal steps. */
const ramp = (from: number, to: number, step: number) =>
  Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) => Number((from + i * step).toFixed(4)))

describe('a heap that fills', () => {
  it('slowly is profiled from 70 % on, every 2 %', () => {
    const marks = taken(ramp(0.1, 1, 0.001), SHORT)
    expect(marks[0]).toBe(0.7)
    expect(marks.length).toBeGreaterThanOrEqual(14)
    expect(marks.length).toBeLessThanOrEqual(18)
    expect(marks.at(-1)).toBeGreaterThanOrEqual(0.97)
    expect(marks).toContain(0.85)
  })

  it('in great leaps is profiled at each of them', () => {
    expect(taken([0.2, 0.55, 0.81, 0.93, 0.99], SHORT)).toEqual([0.81, 0.93, 0.99])
  })

  it('is profiled at 85 % even right after another profile', () => {
    expect(taken([0.84, 0.8501], SHORT)).toEqual([0.84, 0.8501])
  })

  it('and takes long to profile is left alone below 85 %, then profiled every 5 %', () => {
    const marks = taken(ramp(0.1, 0.99, 0.001), LONG).map((share) => share.toFixed(2))
    expect(marks).toEqual(['0.85', '0.90', '0.95'])
  })

  it('and is stopped for seconds by a profile is profiled twice', () => {
    const marks = taken(ramp(0.1, 0.99, 0.001), GREAT).map((share) => share.toFixed(2))
    expect(marks).toEqual(['0.85', '0.93'])
  })

  it('and is seen for the first time when it is almost full is profiled at once', () => {
    expect(taken([0.3, 0.97], LONG)).toEqual([0.97])
  })
})

describe('a heap that does not fill', () => {
  it('is profiled once at a steady 72 %, give or take', () => {
    const wobble = Array.from({ length: 1_000 }, (_, i) => 0.72 + 0.009 * Math.sin(i))
    expect(taken(wobble, SHORT)).toHaveLength(1)
  })

  it('is never profiled below 70 %', () => {
    expect(taken(ramp(0, 0.699, 0.001), SHORT)).toEqual([])
  })

  it('is profiled anew for each tooth of a saw, and not on the way down', () => {
    const tooth = [0.3, 0.5, 0.71, 0.76, 0.6, 0.4]
    expect(taken([...tooth, ...tooth], SHORT)).toEqual([0.71, 0.76, 0.71, 0.76])
  })

  it('is not profiled again for a collection that frees little', () => {
    expect(taken([0.8, 0.7, 0.79, 0.7, 0.8], SHORT)).toEqual([0.8])
  })
})

describe('a heap that is full in a moment', () => {
  it('is profiled earlier', () => {
    expect(new NearDeathMarks().due(0.6, SHORT, true)).toBe(true)
    expect(new NearDeathMarks().due(0.6, SHORT)).toBe(false)
    expect(new NearDeathMarks().due(0.59, SHORT, true)).toBe(false)
  })

  it('and takes long to profile, a little earlier', () => {
    expect(new NearDeathMarks().due(0.75, LONG, true)).toBe(true)
    expect(new NearDeathMarks().due(0.74, LONG, true)).toBe(false)
  })

  it('is not profiled again for what was taken in between', () => {
    const marks = new NearDeathMarks()
    expect(marks.due(0.75, SHORT, true)).toBe(true)
    marks.took(0.97)
    expect(marks.due(0.98, SHORT, true)).toBe(false)
  })
})

describe('an alarm', () => {
  const minute = 60_000

  it('is believed until three of a minute were false', () => {
    const alarms = new FalseAlarmFilter()
    for (const at of [0, 1, 2]) {
      expect(alarms.isBelieved(at)).toBe(true)
      expect(alarms.wasFalse(0.3, at)).toBe(true)
    }
    expect(alarms.isBelieved(minute - 1)).toBe(false)
    expect(alarms.isBelieved(minute)).toBe(true)
  })

  it('is not false where half of the heap cannot be collected', () => {
    const alarms = new FalseAlarmFilter()
    for (let at = 0; at < 10; at++) expect(alarms.wasFalse(0.5, at)).toBe(false)
    expect(alarms.isBelieved(10)).toBe(true)
  })
})

it('the next profile is further away where a pause is long', () => {
  expect([stepFor(SHORT), stepFor(LONG), stepFor(GREAT)]).toEqual([0.02, 0.05, 0.08])
})

describe('whether a heap is full in a moment', () => {
  const at = (ms: number, usedBytes: number) => ({ at: ms, usedBytes, limitBytes: 1_000 })

  it.each([
    ['fills in 400 ms', at(0, 500), at(100, 600), true],
    ['fills in 600 ms', at(0, 500), at(200, 625), false],
    ['falls', at(0, 990), at(100, 980), false],
    ['stands still', at(0, 990), at(100, 990), false],
    ['is over its limit', at(0, 900), at(100, 1_100), true],
    ['was not seen before, and is near its limit', null, at(100, 700), true],
    ['was not seen before', null, at(100, 690), false],
  ])('%s', (_, before, now, soon) => {
    expect(fillsSoon(before, now)).toBe(soon)
  })
})

describe('the next look at a heap', () => {
  const MB = 1_000_000

  it.each([
    ['far from its limit', 100 * MB, 4_000 * MB, 250],
    ['near it', 3_600 * MB, 4_000 * MB, 50],
    ['at the edge', 3_990 * MB, 4_000 * MB, 10],
    ['above it', 4_100 * MB, 4_000 * MB, 10],
  ])('%s', (_, used, limit, ms) => {
    expect(lookInterval(used, limit)).toBe(ms)
  })

  it('comes before the fastest heap has passed from half to full', () => {
    let [used, looks] = [100 * MB, 0]
    for (; used < 200 * MB; looks++) used += lookInterval(used, 200 * MB) * MB
    expect(looks).toBeGreaterThan(4)
  })
})
