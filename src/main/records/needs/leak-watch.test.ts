import { describe, expect, it } from 'vitest'
import { LeakWatch } from './leak-watch'

const MIB = 2 ** 20

/** An engine whose jobs need 200 MiB each, and after which so many MiB are held. */
function grown(heldMib: readonly number[]): LeakWatch {
  const watch = new LeakWatch()
  for (const held of heldMib) {
    watch.jobEnded(200 * MIB)
    watch.jobLeft(held * MIB)
  }
  return watch
}

const willNotFit = (watch: LeakWatch, freeMib: number, leftMib = 500) =>
  watch.willNotFit({ freeBytes: freeMib * MIB, leftBytes: leftMib * MIB })

const LEAK = [400, 450, 501, 549, 600, 650]

describe('an engine that grows with each job', () => {
  it('is told before the next jobs no longer fit', () => {
    const watch = grown(LEAK)
    // 200 MiB, and 150 more that three jobs leave.
    expect(willNotFit(watch, 340)).toBe(true)
    expect(willNotFit(watch, 360)).toBe(false)
  })

  it('is not told where a new one would have no room either', () => {
    expect(willNotFit(grown(LEAK), 100, 200)).toBe(false)
  })

  it('is not told after too few jobs, or once another has begun', () => {
    expect(willNotFit(grown(LEAK.slice(0, 4)), 100)).toBe(false)
    const watch = grown(LEAK)
    watch.engineEnded()
    expect(willNotFit(watch, 100)).toBe(false)
  })
})

describe('an engine that does not', () => {
  it.each([
    ['holds the same', [500, 500, 500, 500, 500, 500]],
    ['wavers', [400, 600, 380, 640, 420, 590, 400]],
    ['shrinks', [900, 800, 700, 600, 500, 400]],
    ['has loaded its models once', [400, 900, 900, 901, 900, 902, 900, 901]],
    ['grows by next to nothing', [400, 401, 402, 403, 404, 405]],
  ])('is not told: it %s', (_, held) => {
    for (const free of [0, 100, 200, 300]) expect(willNotFit(grown(held), free, 1_000)).toBe(false)
  })
})
