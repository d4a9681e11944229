import { expect, it } from 'vitest'
import { LoadWatch } from './load-watch'

/** The seconds at which it tells, looking once a second. */
function toldAt(watch: LoadWatch, from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, step) => from + step).filter((second) =>
    watch.check(second * 1_000),
  )
}

it('tells once of an entry that is not loaded after 30 s', () => {
  expect(toldAt(new LoadWatch(0), 1, 200)).toEqual([30])
})

it('says nothing of one that was loaded before', () => {
  const watch = new LoadWatch(0)
  expect(toldAt(watch, 1, 29)).toEqual([])
  watch.end()
  expect(toldAt(watch, 30, 200)).toEqual([])
})

it('does not count the time that the computer sleeps', () => {
  const watch = new LoadWatch(0)
  expect(toldAt(watch, 1, 10)).toEqual([])
  expect(toldAt(watch, 30_000, 30_200)).toEqual([30_015])
})
