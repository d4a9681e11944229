import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { TroubleLines } from './trouble-lines'

const MINUTE = 60_000

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function open() {
  const told: (string | null)[] = []
  return { told, lines: new TroubleLines((failure) => told.push(failure)) }
}

test('each change is told, and nothing twice', () => {
  const { told, lines } = open()
  for (const failure of [null, 'a', 'b', null, null, 'c', null]) lines.is(failure)
  expect(told).toEqual(['a', null, 'c', null])
})

test('one that comes and goes costs four lines in ten minutes, and how it ends is told', () => {
  const { told, lines } = open()
  for (let n = 0; n < 1_000; n++) lines.is(n % 2 === 0 ? `away ${n}` : null)
  lines.is('away for good')
  expect(told).toEqual(['away 0', null, 'away 2', null])
  vi.advanceTimersByTime(10 * MINUTE - 1)
  expect(told).toHaveLength(4)
  vi.advanceTimersByTime(1)
  expect(told.slice(4)).toEqual(['away for good'])
  lines.is(null)
  expect(told.slice(5)).toEqual([null])
})

test('what has become as it was told is not told again', () => {
  const { told, lines } = open()
  for (const failure of ['a', null, 'b', null, 'c', null]) lines.is(failure)
  vi.advanceTimersByTime(60 * MINUTE)
  expect(told).toEqual(['a', null, 'b', null])
  expect(vi.getTimerCount()).toBe(0)
})
