import { expect, it } from 'vitest'
import { ceiling, sparkline } from './sparkline'

it('rises with the values', () => {
  expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7, 8], null, 40)).toBe('▁▂▃▄▅▆▇██')
})

it('has the limit as its top, unless that is far above', () => {
  expect(sparkline([1, 2, 4], 8, 40)).toBe('▂▃▅')
  expect(sparkline([1, 2, 4], 400, 40)).toBe('▃▅█')
  expect(ceiling([4], 8)).toBe(8)
  expect(ceiling([4], 11)).toBe(4)
  // What was measured after the limit was passed is shown too.
  expect(ceiling([9, 4], 8)).toBe(9)
})

it('shows the largest of several values in one character', () => {
  const values = Array.from({ length: 1000 }, (_, n) => (n === 500 ? 1000 : 0))
  const line = sparkline(values, null, 40)
  expect([...line]).toHaveLength(40)
  expect([...line].filter((block) => block === '█')).toHaveLength(1)
})

it.each([[[]], [[0, 0]]])('draws nothing of %j', (values) => {
  expect(sparkline(values, 10, 40)).toBe('')
})
