import { expect, it } from 'vitest'
import { evictionOrder } from './eviction'

const isUnresponsive = (id: string) => id.startsWith('silence')

it.each([
  ['nothing', [], []],
  ['the newest alone', ['silence 1'], []],
  ['deaths', ['a', 'b', 'c'], ['a', 'b']],
  [
    'silences before deaths, the oldest first',
    ['a', 'silence 1', 'b', 'silence 2', 'silence 3'],
    ['silence 1', 'silence 2', 'a', 'b'],
  ],
])('%s', (_what, ids, order) => {
  expect(evictionOrder(ids, isUnresponsive)).toEqual(order)
})
