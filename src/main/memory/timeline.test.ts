import { describe, expect, it } from 'vitest'
import { MAX_SAMPLES, MemoryTimeline } from './timeline'

const MIB = 2 ** 20
const START = Date.UTC(2026, 10, 23, 20, 11, 55)
const HOUR = 3_600_000

/** A timeline with readings of two sources once a second, half a second apart. */
function filled(durationMs: number): MemoryTimeline {
  const timeline = new MemoryTimeline()
  for (let at = START; at <= START + durationMs; at += 1_000) {
    timeline.add({ at, treeRssBytes: 100 * MIB })
    timeline.add({ at: at + 500, heapUsedBytes: 50 * MIB, heapLimitBytes: 200 * MIB, externalBytes: 5 * MIB })
  }
  return timeline
}

const ages = (samples: readonly { at: string }[], end: number) =>
  samples.map(({ at }) => end - Date.parse(at))

describe('MemoryTimeline', () => {
  it('keeps ten minutes, oldest first and dense near the end', () => {
    const end = START + HOUR
    const samples = filled(HOUR).samples(end)
    const found = ages(samples, end)
    expect(found).toEqual([...found].sort((a, b) => b - a))
    expect(found[0]).toBeGreaterThan(580_000)
    expect(found[0]).toBeLessThan(600_000)
    expect(found.filter((age) => age < 60_000).length).toBeGreaterThanOrEqual(60)
    expect(samples.length).toBeLessThan(150)
  })

  it('stays below its bound however much comes in', () => {
    const timeline = new MemoryTimeline()
    for (let at = START; at <= START + HOUR; at += 20) timeline.add({ at, treeRssBytes: at })
    const more = Array.from({ length: 50_000 }, (_, index) => ({ at: START + HOUR - index * 7 }))
    expect(timeline.samples(START + HOUR, more).length).toBeLessThanOrEqual(MAX_SAMPLES)
    expect(MAX_SAMPLES).toBeLessThanOrEqual(200)
  })

  it('still has ten minutes of two sources that tell four times a second', () => {
    const timeline = new MemoryTimeline()
    for (let at = START; at <= START + HOUR; at += 125) timeline.add({ at, treeRssBytes: 1 })
    const [oldest] = timeline.samples(START + HOUR)
    expect(START + HOUR - Date.parse(oldest?.at ?? '')).toBeGreaterThan(590_000)
  })

  it('leaves null what nobody knew', () => {
    const timeline = new MemoryTimeline()
    timeline.add({ at: START, treeRssBytes: MIB })
    timeline.add({ at: START + 2_000, heapUsedBytes: 2 * MIB, heapLimitBytes: null })
    expect(timeline.samples(START + 2_000)).toEqual([
      {
        at: new Date(START).toISOString(),
        treeRssBytes: MIB,
        heapUsedBytes: null,
        heapLimitBytes: null,
        externalBytes: null,
        systemUsedBytes: null,
        gpuUsedBytes: null,
        gpuTotalBytes: null,
      },
      {
        at: new Date(START + 2_000).toISOString(),
        treeRssBytes: null,
        heapUsedBytes: 2 * MIB,
        heapLimitBytes: null,
        externalBytes: null,
        systemUsedBytes: null,
        gpuUsedBytes: null,
        gpuTotalBytes: null,
      },
    ])
  })

  it('makes one sample of what sources told of the same second', () => {
    const end = START + 30_900
    const timeline = new MemoryTimeline()
    timeline.add({ at: START, treeRssBytes: 7 * MIB })
    timeline.add({ at: START + 400, heapUsedBytes: 2 * MIB })
    timeline.add({ at: START + 700, treeRssBytes: 3 * MIB })
    expect(timeline.samples(end)).toEqual([
      expect.objectContaining({
        at: new Date(START + 700).toISOString(),
        treeRssBytes: 7 * MIB,
        heapUsedBytes: 2 * MIB,
      }),
    ])
  })

  it('takes the last moments from a file in between', () => {
    const end = START + 60_000
    const timeline = filled(60_000)
    const left = [30, 20, 10, 0].map((steps) => ({
      at: end - steps * 100,
      heapUsedBytes: (200 - steps) * MIB,
      heapLimitBytes: 200 * MIB,
    }))
    const samples = timeline.samples(end, left)
    expect(samples.at(-1)).toMatchObject({ heapUsedBytes: 200 * MIB, heapLimitBytes: 200 * MIB })
    expect(samples.filter(({ heapUsedBytes }) => heapUsedBytes === 190 * MIB)).toHaveLength(1)
    expect(samples.map(({ at }) => at)).toEqual(samples.map(({ at }) => at).sort())
  })

  it('keeps the steps of 100 ms of the last three seconds', () => {
    const end = START + 60_000
    const left = Array.from({ length: 28 }, (_, step) => ({ at: end - step * 100 - 50, heapUsedBytes: step }))
    const samples = new MemoryTimeline().samples(end, left)
    expect(samples.map(({ heapUsedBytes }) => heapUsedBytes)).toEqual(left.map((_, step) => 27 - step))
  })

  it('drops what a clock that was set back has made the future, and what is no time', () => {
    const timeline = filled(60_000)
    timeline.add({ at: START - HOUR, treeRssBytes: 1 })
    timeline.add({ at: Number.NaN, treeRssBytes: 2 })
    const samples = timeline.samples(START - HOUR, [{ at: Number.POSITIVE_INFINITY }, { at: Number.NaN }])
    expect(samples).toMatchObject([{ treeRssBytes: 1 }])
  })

  it('is empty when nothing is known', () => {
    expect(new MemoryTimeline().samples(START)).toEqual([])
  })
})
