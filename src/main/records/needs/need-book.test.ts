import { describe, expect, it } from 'vitest'
import fc from '../../../../testing/form/fast-check'
import { MAX_KINDS, NeedBook } from './need-book'
import { RUNS_KEPT } from './need-run'
import { kindOf, MIB, runOf } from './samples.test-support'

const mib = fc.integer({ min: 1, max: 60_000 })

it('estimates from the last 20 runs alone: the median, within what was seen', () => {
  fc.assert(
    fc.property(fc.array(mib, { minLength: 1, maxLength: 60 }), (peaks) => {
      const book = new NeedBook()
      for (const peak of peaks) book.add(kindOf(1), runOf(peak))
      const last = peaks.slice(-RUNS_KEPT)
      const found = book.estimate(kindOf(1), 'same')
      expect(found).toMatchObject({
        runs: last.length,
        basis: 'runs',
        lowBytes: Math.min(...last) * MIB,
        highBytes: Math.max(...last) * MIB,
      })
      const { expectedBytes = 0, lowBytes = 0, highBytes = 0 } = found ?? {}
      expect(expectedBytes).toBeGreaterThanOrEqual(lowBytes)
      expect(expectedBytes).toBeLessThanOrEqual(highBytes ?? 0)
    }),
  )
})

it('makes no guess without data', () => {
  const book = new NeedBook()
  expect(book.estimate(kindOf(1), 'same')).toBeNull()
  book.add(kindOf(2), runOf(200))
  book.add(kindOf(3), runOf(300))
  // Two places make a line, of which nobody knows whether it is one.
  expect(book.estimate(kindOf(1), 'same')).toBeNull()
  expect(book.estimate(kindOf(1, { family: 'e'.repeat(16) }), 'same')).toBeNull()
})

describe('a size that was never seen', () => {
  it('is read off the line through the others, whatever line it is', () => {
    const sizes = fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 3, maxLength: 8 })
    const line = fc.record({
      slope: fc.integer({ min: 1, max: 500 }),
      base: fc.integer({ min: 0, max: 5_000 }),
    })
    fc.assert(
      fc.property(sizes, line, fc.integer({ min: 1, max: 40 }), (seen, { slope, base }, asked) => {
        fc.pre(!seen.includes(asked))
        const book = new NeedBook()
        for (const each of seen) book.add(kindOf(each), runOf(base + slope * each))
        const found = book.estimate(kindOf(asked), 'same')
        const isNear = asked <= Math.max(...seen) * 4 && asked >= Math.min(...seen) / 4
        if (!isNear) expect(found).toBeNull()
        else expect((found?.expectedBytes ?? 0) / MIB).toBeCloseTo(base + slope * asked, 0)
      }),
    )
  })

  it('is read off the line, too, where its own runs were not completed', () => {
    const book = new NeedBook()
    for (const size of [1, 2, 3]) book.add(kindOf(size), runOf(1_000 * size))
    book.add(kindOf(4), runOf(10, { isBound: true }))
    expect(book.estimate(kindOf(4), 'same')).toMatchObject({ basis: 'sizes' })
    book.add(kindOf(4), runOf(9_000, { isBound: true }))
    expect(book.estimate(kindOf(4), 'same')).toMatchObject({ basis: 'bounds', expectedBytes: 9_000 * MIB })
  })

  it('is not estimated by what does not lie on a line, from another machine, or where it has no size', () => {
    const book = new NeedBook()
    for (const [at, peak] of [100, 9_000, 50, 8_000].entries()) book.add(kindOf(at + 1), runOf(peak))
    expect(book.estimate(kindOf(6), 'same')).toBeNull()
    const straight = new NeedBook()
    for (const at of [1, 2, 3]) straight.add(kindOf(at), runOf(at * 100))
    expect(straight.estimate(kindOf(4), 'same')?.expectedBytes).toBe(400 * MIB)
    expect(straight.estimate(kindOf(4, { machine: '32:0' }), 'same')).toBeNull()
    expect(straight.estimate(kindOf(4, { pixels: null }), 'same')).toBeNull()
  })
})

describe('a run that died', () => {
  it('is a lower bound: it widens the range, and stands alone where nothing else is known', () => {
    const book = new NeedBook()
    book.add(kindOf(1), runOf(3_000, { isBound: true }))
    book.add(kindOf(1), runOf(2_000, { isBound: true }))
    expect(book.estimate(kindOf(1), 'same')).toEqual({
      expectedBytes: 3_000 * MIB,
      lowBytes: 3_000 * MIB,
      highBytes: null,
      runs: 2,
      basis: 'bounds',
    })
    book.add(kindOf(1), runOf(2_500))
    expect(book.estimate(kindOf(1), 'same')).toMatchObject({
      expectedBytes: 2_500 * MIB,
      highBytes: 3_000 * MIB,
      runs: 1,
    })
  })
})

describe('runs that differ by what ran before', () => {
  it('count for their own state', () => {
    const book = new NeedBook()
    book.add(kindOf(1), runOf(5_000, { before: 'none', leftBytes: 4_000 * MIB }))
    // The model is loaded by then.
    expect(book.estimate(kindOf(1), 'same')?.expectedBytes).toBe(1_000 * MIB)
    expect(book.estimate(kindOf(1), 'other')?.expectedBytes).toBe(5_000 * MIB)
    book.add(kindOf(1), runOf(1_200))
    expect(book.estimate(kindOf(1), 'same')?.expectedBytes).toBe(1_200 * MIB)
    expect(book.estimate(kindOf(1), 'none')?.expectedBytes).toBe(5_000 * MIB)
  })

  it('do not count where the engine had the results in its cache', () => {
    const book = new NeedBook()
    book.add(kindOf(1), runOf(2_000))
    for (const nodesRun of [0, 1]) book.add(kindOf(1), runOf(0, { nodesRun }))
    expect(book.estimate(kindOf(1), 'same')).toMatchObject({ expectedBytes: 2_000 * MIB, runs: 1 })
  })
})

describe('a kind that is foretold wrongly', () => {
  it('is not foretold any more from the third time on, until it has three new runs', () => {
    const book = new NeedBook()
    for (let n = 0; n < 10; n += 1) book.add(kindOf(1), runOf(1_000))
    const come = (peak: number) => {
      book.judge(kindOf(1), 1_000 * MIB, peak * MIB)
      book.add(kindOf(1), runOf(peak))
    }
    for (const peak of [3_000, 1_000, 3_000, 3_000]) come(peak)
    expect(book.estimate(kindOf(1), 'same')).not.toBeNull()
    come(3_000)
    expect(book.estimate(kindOf(1), 'same')).toBeNull()
    book.add(kindOf(1), runOf(3_000))
    expect(book.estimate(kindOf(1), 'same')).toBeNull()
    book.add(kindOf(1), runOf(3_000))
    expect(book.estimate(kindOf(1), 'same')).toMatchObject({ expectedBytes: 3_000 * MIB, runs: 3 })
  })

  it('is off by a part of what came, and small amounts are no error', () => {
    const book = new NeedBook()
    expect(book.judge(kindOf(1), 800 * MIB, 1_000 * MIB)).toBeCloseTo(0.2)
    expect(book.judge(kindOf(1), 3 * MIB, 1 * MIB)).toBeLessThan(0.1)
  })
})

it('keeps a thousand kinds, and those that were run last', () => {
  const book = new NeedBook()
  for (let n = 1; n <= MAX_KINDS; n += 1) book.add(kindOf(n), runOf(n))
  book.add(kindOf(1), runOf(1))
  book.add(kindOf(MAX_KINDS + 1), runOf(1))
  expect(book.kinds).toHaveLength(MAX_KINDS)
  const labels = book.kinds.map(({ label }) => label)
  expect(labels).not.toContain('kind 2')
  expect(labels).toContain('kind 1')
  expect(labels.at(-1)).toBe(`kind ${MAX_KINDS + 1}`)
  // What was written is read again.
  expect(new NeedBook(book.kinds).kinds).toEqual(book.kinds)
})
