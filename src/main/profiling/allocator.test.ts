import { expect, it } from 'vitest'
import { culpritAmong } from './allocator'

it('names the first one where it holds a large share', () => {
  expect(culpritAmong([{ share: 0.5 }, { share: 0.4 }])).toEqual({ share: 0.5 })
  expect(culpritAmong([{ share: 0.2 }, { share: 0.19 }])).toBeNull()
  expect(culpritAmong([])).toBeNull()
})
