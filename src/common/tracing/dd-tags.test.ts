import { expect, it } from 'vitest'
import { addTag } from './dd-tags'

it.each([
  [undefined, 'a:b'],
  ['  ', 'a:b'],
  ['team:studio', 'team:studio a:b'],
  ['team:studio,site:x', 'team:studio,site:x,a:b'],
  ['team:studio site:x', 'team:studio site:x a:b'],
])('adds a tag to %j', (tags, expected) => {
  expect(addTag(tags, 'a:b')).toBe(expected)
})
