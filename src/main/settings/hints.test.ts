import { expect, test } from 'vitest'
import { isNear, nearestName, typingDistance } from './hints'

test.each([
  ['', '', 0],
  ['', 'abc', 3],
  ['abc', '', 3],
  ['abc', 'abc', 0],
  ['abc', 'acb', 1],
  ['kitten', 'sitting', 3],
  ['ca', 'abc', 3],
])('from %j to %j it is %d slips', (from, to, slips) => {
  expect(typingDistance(from, to)).toBe(slips)
  expect(typingDistance(to, from)).toBe(slips)
})

test.each([
  ['STUDIO_MEMORY_LIMT', 'STUDIO_MEMORY_LIMIT'],
  ['STUDIO_MEM_LIMIT', 'STUDIO_MEMORY_LIMIT'],
  ['studio_heap_limit', 'STUDIO_HEAP_LIMIT'],
  ['STUDIO_HAEP_LIMIT', 'STUDIO_HEAP_LIMIT'],
])('%s is nearest to %s', (name, known) => {
  expect(nearestName(name, ['STUDIO_HEAP_LIMIT', 'STUDIO_MEMORY_LIMIT'])).toBe(known)
})

test('a very long name is near to nothing, at no cost', () => {
  expect(nearestName('S'.repeat(100_000), ['STUDIO_HEAP_LIMIT'])).toBeNull()
})

test('a third of the characters may differ', () => {
  expect(isNear('abcdxy', 'ABCDEF')).toBe(true)
  expect(isNear('abcxyz', 'ABCDEF')).toBe(false)
})
