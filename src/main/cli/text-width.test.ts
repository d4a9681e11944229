import stringWidth from 'string-width'
import { expect, it } from 'vitest'
import { textWidth } from './text-width'

it('counts every character as the library does', () => {
  const different = Array.from({ length: 0x3000 }, (_, code) => String.fromCodePoint(code))
    .map((character) => `a${character}b`)
    .filter((text) => textWidth(text) !== stringWidth(text))
  expect(different).toEqual([])
})

it.each([
  ['', 0],
  ['plain', 5],
  ['größer – “Zürich” …', 19],
  ['▁▂▃█', 4],
  ['Привет', 6],
  ['漢字', 4],
  ['👩‍👩‍👧 family', 9],
  ['e\u0301', 1],
])('%j takes %i columns', (text, width) => {
  expect(textWidth(text)).toBe(width)
})
