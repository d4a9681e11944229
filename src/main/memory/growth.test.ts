import { describe, expect, it } from 'vitest'
import { type Growth, GrowthDetector } from './growth'
import { GROWING, QUIET, type Series, seeded } from './growth.series'

const MIB = 2 ** 20
const GIB = 2 ** 30
const MINUTE = 60

interface Told extends Growth {
  readonly second: number
}

/** The reports on a series with a sample each second. */
function told(
  series: Series,
  minutes: number,
  {
    limitBytes = null,
    clock = (second) => second * 1_000,
  }: { limitBytes?: number | null; clock?: (second: number) => number } = {},
): Told[] {
  const detector = new GrowthDetector(limitBytes)
  return Array.from({ length: minutes * MINUTE }, (_, second) => {
    const growth = detector.add(clock(second), series(second))
    return growth ? [{ ...growth, second }] : []
  }).flat()
}

const leak =
  (mibPerSecond: number, baseMib = 200): Series =>
  (second) =>
    (baseMib + mibPerSecond * second) * MIB

describe('over random series of each shape', () => {
  const SERIES = 8
  const each = (families: typeof QUIET) => Object.entries(families)

  it.each(each(QUIET))('says nothing of: %s', (_name, family) => {
    for (let seed = 1; seed <= SERIES; seed += 1) {
      expect(told(family(seeded(seed)), 90), `seed ${seed}`).toEqual([])
    }
  })

  it.each(each(GROWING))('tells once of: %s', (_name, family) => {
    for (let seed = 1; seed <= SERIES; seed += 1) {
      expect(told(family(seeded(seed)), 90), `seed ${seed}`).toHaveLength(1)
    }
  })
})

describe('what is told', () => {
  it('is how fast, and when the limit will be reached', () => {
    const [growth] = told(leak(2), 20, { limitBytes: 8 * GIB })
    expect((growth?.bytesPerSecond ?? 0) / MIB).toBeCloseTo(2, 3)
    const left = (8 * 1024 - 200) / 2 - (growth?.second ?? 0)
    expect((growth?.reachesLimitInMs ?? 0) / 1_000).toBeGreaterThan(left)
    expect((growth?.reachesLimitInMs ?? 0) / 1_000).toBeLessThan(left + 15)
  })

  it('counts what is collected as garbage to the limit, but not to the rate', () => {
    const sawtooth: Series = (second) => leak(1)(second) + (second % 20) * 20 * MIB
    const [growth] = told(sawtooth, 20, { limitBytes: 4 * GIB })
    expect((growth?.bytesPerSecond ?? 0) / MIB).toBeCloseTo(1, 1)
    const left = 4 * 1024 - 200 - 19 * 20 - (growth?.second ?? 0)
    expect(Math.abs((growth?.reachesLimitInMs ?? 0) / 1_000 - left)).toBeLessThan(30)
  })

  it('comes within a quarter of an hour, after the warm-up', () => {
    const [growth] = told(leak(1), 20)
    expect(growth?.second).toBeGreaterThan(10 * MINUTE)
    expect(growth?.second).toBeLessThan(15 * MINUTE)
    expect(growth?.reachesLimitInMs).toBeNull()
  })

  it('is nothing when the limit is weeks away', () => {
    expect(told(leak(0.1), 90, { limitBytes: 256 * GIB })).toEqual([])
    expect(told(leak(0.1), 90, { limitBytes: 8 * GIB })).toHaveLength(1)
  })

  it('is that the limit is reached now, when it is', () => {
    expect(told(leak(1), 20, { limitBytes: 300 * MIB })).toMatchObject([{ reachesLimitInMs: 0 }])
  })
})

it('is silent for a working day on what grows ever slower', () => {
  expect(told((second) => (200 + 300 * Math.log1p(second / 60)) * MIB, 8 * 60)).toEqual([])
})

describe('once', () => {
  it('is once for hours', () => {
    expect(told(leak(0.5), 8 * 60)).toHaveLength(1)
  })

  it('is once in spite of a pause that is no end', () => {
    const pauses: Series = (second) => leak(2)(second < 2_400 ? second : Math.max(2_400, second - 480))
    expect(told(pauses, 120)).toHaveLength(1)
  })

  it('is again after it stopped', () => {
    const stops: Series = (second) =>
      leak(2)(Math.min(second, 30 * MINUTE) + Math.max(0, second - 90 * MINUTE))
    const times = told(stops, 150).map(({ second }) => Math.round(second / MINUTE))
    expect(times).toHaveLength(2)
    expect(times[1]).toBeGreaterThan(95)
    expect(times[1]).toBeLessThan(110)
  })
})

describe('clocks', () => {
  it.each<[string, (second: number) => number]>([
    ['a night asleep', (second) => (second + (second > 60 ? 30_000 : 0)) * 1_000],
    ['set back by an hour', (second) => (second - (second > 400 ? 3_600 : 0)) * 1_000],
    ['far from zero', (second) => 1.8e12 + second * 1_000],
    ['uneven', (second) => second * 1_000 + (second % 3) * 300],
  ])('%s', (_what, clock) => {
    const [growth, ...more] = told(leak(1), 20, { clock })
    expect((growth?.bytesPerSecond ?? 0) / MIB).toBeCloseTo(1, 1)
    expect(growth?.second).toBeGreaterThan(12.5 * MINUTE)
    expect(more).toEqual([])
    expect(told(() => 500 * MIB, 20, { clock })).toEqual([])
  })

  it('samples five seconds apart', () => {
    const detector = new GrowthDetector(null)
    const found = Array.from({ length: 240 }, (_, step) => detector.add(step * 5_000, leak(1)(step * 5)))
    expect(found.filter(Boolean)).toHaveLength(1)
  })

  it('passes over what is no number', () => {
    const detector = new GrowthDetector(null)
    expect(detector.add(Number.NaN, 1)).toBeNull()
    const found = Array.from({ length: 1_200 }, (_, second) => {
      detector.add(second * 1_000, Number.NaN)
      return detector.add(second * 1_000, leak(1)(second))
    })
    expect(found.filter(Boolean)).toHaveLength(1)
  })
})

it('takes well below a millisecond for a sample', () => {
  const detector = new GrowthDetector(null)
  // It is too noisy to be reported, so the detector keeps looking.
  const random = seeded(1)
  const before = process.cpuUsage()
  for (let second = 0; second < 20_000; second += 1) {
    detector.add(second * 1_000, leak(0.2)(second) + (Math.floor(second / 100) % 2 ? 60 : 0) * MIB * random())
  }
  const { user, system } = process.cpuUsage(before)
  expect((user + system) / 1_000 / 20_000).toBeLessThan(0.2)
})
