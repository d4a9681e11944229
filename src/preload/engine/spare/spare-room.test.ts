import { expect, it } from 'vitest'
import { hasRoomForSpare, isTooShortForSpare } from './spare-room'

const GIB = 2 ** 30

it('is made only where half as much again as it needs is free, and half a GiB more', () => {
  expect(hasRoomForSpare(3.5 * GIB, 2 * GIB)).toBe(true)
  expect(hasRoomForSpare(3.4 * GIB, 2 * GIB)).toBe(false)
})

it('counts as an engine of a GiB where it is not known what it needs', () => {
  expect(hasRoomForSpare(2 * GIB, null)).toBe(true)
  expect(hasRoomForSpare(1.9 * GIB, null)).toBe(false)
})

it('gives its memory back where less than half a GiB is free, and not where it has just been made', () => {
  expect(isTooShortForSpare(0.4 * GIB)).toBe(true)
  expect(isTooShortForSpare(0.5 * GIB)).toBe(false)
})
