import { expect, it } from 'vitest'
import { rows, summary } from './report'
import { growths, isGood, type Result, type Sample } from './result'

const MIB = 2 ** 20

/** A result with this growth of each per death, and noise of one MiB. */
function result(mib: number, descriptors: number, over: Partial<Result> = {}): Result {
  const samples = Array.from({ length: 60 }, (_, deaths) => ({
    deaths,
    atMs: deaths * 4_000,
    rssBytes: (140 + mib * deaths + (deaths % 2)) * MIB,
    objectBytes: (12 + mib * deaths + (deaths % 2) / 1_000) * MIB,
    codeBytes: 4 * MIB,
    descriptors: 60 + Math.floor(descriptors * deaths) + (deaths % 2),
  }))
  return {
    ended: 'deaths',
    deaths: 40,
    jobs: 160,
    minutes: 3,
    samples,
    complaints: [],
    dataFolder: null,
    ...over,
  }
}

it('is good when nothing grows and nothing is lost', () => {
  expect(isGood(result(0, 0))).toBe(true)
  expect(growths(result(0, 0)).map(({ leaks }) => leaks)).toEqual([false, false, false, false])
  expect(rows(result(0, 0)).map((row) => row.at(-1))).toEqual(['verdict', 'flat', 'flat', 'flat', 'flat'])
})

it('is not good when memory or descriptors leak, or something is lost', () => {
  expect(isGood(result(0.3, 0))).toBe(false)
  expect(isGood(result(0, 0.2))).toBe(false)
  expect(isGood(result(0, 0, { complaints: ['a has 0 records'] }))).toBe(false)
  expect(rows(result(0, 0.2)).map((row) => row.at(-1))).toEqual(['verdict', 'flat', 'flat', 'flat', 'LEAKS'])
})

it('leaves the warm-up out', () => {
  const { samples, ...rest } = result(0, 0)
  const warm = (sample: Sample, index: number) => ({
    ...sample,
    rssBytes: index < 25 ? index * 10 * MIB : sample.rssBytes,
  })
  expect(isGood({ ...rest, samples: samples.map(warm) })).toBe(true)
})

it('tells a slope for each death and for each hour', () => {
  const [memory] = growths(result(0.5, 0))
  expect(memory?.perDeath?.slope).toBeCloseTo(0.5)
  // 900 deaths in an hour.
  expect(memory?.perHour?.slope).toBeCloseTo(450)
})

it('tells a growth below the limit from none', () => {
  expect(isGood(result(0.004, 0))).toBe(true)
  expect(rows(result(0.004, 0))[2]?.at(-1)).toBe('grows, below the limit')
})

it('finds no leak in a few samples, says that they are too few, and is not good', () => {
  const { samples, ...rest } = result(5, 1)
  const short = { ...rest, samples: samples.slice(0, 8) }
  expect(isGood(short)).toBe(false)
  expect(isGood({ ...result(0, 0), samples: result(0, 0).samples.slice(0, 44) })).toBe(false)
  expect(isGood({ ...result(0, 0), samples: result(0, 0).samples.slice(0, 45) })).toBe(true)
  expect(rows(short).map((row) => row.at(-1))).toEqual(['verdict', ...Array(4).fill('too few to say')])
  expect(rows({ ...rest, samples: [] })).toHaveLength(5)
})

it('says what decided how many deaths there were', () => {
  expect(summary(result(0, 0))).toContain('as many as were wanted')
  expect(summary(result(0, 0, { ended: 'minutes' }))).toContain('as many as fit into 3 minutes')
  expect(summary(result(0, 0, { ended: 'interrupted' }))).toContain('interrupted')
  expect(summary(result(0, 0, { complaints: ['a', 'b'] }))).toContain('2 things are lost')
})
