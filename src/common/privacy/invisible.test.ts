import { expect, it } from 'vitest'
import { plainLine, plainText } from './invisible'

/** Signs that are written in front of Arabic, Syriac and Kaithi numbers: format characters by name, and seen all the same. */
const SEEN = /[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}\u{13430}-\u{1343f}]/u
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u

it('no character that shows nothing or acts on a terminal is left, whichever of all there are', () => {
  const left: string[] = []
  for (let code = 0; code <= 0x10ffff; code++) {
    if (code >= 0xd800 && code <= 0xdfff) continue
    const character = String.fromCodePoint(code)
    if (!UNSEEN.test(character) || SEEN.test(character)) continue
    if (UNSEEN.test(plainLine(`a${character}b`))) left.push(code.toString(16))
  }
  expect(left).toEqual([])
})

it('tabs and line ends stay in a text, and emoji and letters of every script', () => {
  const text = 'a\tb\nc 😀 日本 عربي \u{1d11e} é'
  expect(plainText(text)).toBe(text)
})
