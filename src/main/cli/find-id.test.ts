import { expect, it } from 'vitest'
import { findById } from './find-id'

const ids = ['20261121-095500-bbbb', '20261121-100000-aaaa', '20261123-201300-2026', '20261123']
const records = ids.map((id) => ({ id }))
const find = (word: string) => {
  const found = findById(records, word)
  return 'one' in found ? found.one.id : found.candidates.map(({ id }) => id)
}

it.each([
  ['20261121-0', '20261121-095500-bbbb'],
  ['20261123-2', '20261123-201300-2026'],
  ['aaaa', '20261121-100000-aaaa'],
  ['last', '20261123'],
  // A whole id, though another begins with it.
  ['20261123', '20261123'],
  // A beginning is more than an end.
  ['2026', ids],
  ['20261121', ids.slice(0, 2)],
  ['nope', []],
  ['aaa', []],
])('%s is %j', (word, expected) => {
  expect(find(word)).toEqual(expected)
})

it('finds nothing among none', () => {
  expect(findById([], 'last')).toEqual({ candidates: [] })
})
