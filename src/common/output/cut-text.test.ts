import { expect, it } from 'vitest'
import { cutText } from './cut-text'

const inJson = (text: string) => Buffer.byteLength(JSON.stringify(text)) - 2

it.each([
  ['letters', 'x'],
  ['umlauts', 'ü'],
  ['wide characters', '漢'],
  ['pairs of surrogates', '🦄'],
  ['halves of such pairs', '\ud800'],
  ['controls', '\u0001'],
  ['line breaks', '\n'],
  ['quotes', '"'],
  ['backslashes', '\\'],
])('what is cut takes as much in a file as it may, and no more: %s', (_what, character) => {
  for (const limit of [5, 200]) {
    const cut = cutText(limit, character.repeat(limit + 1))
    expect(inJson(cut)).toBe(limit - (limit % inJson(character)))
    expect(character.repeat(limit)).toContain(cut)
    expect(cutText(limit, cut)).toBe(cut)
  }
})

it('leaves what is short enough as it is', () => {
  for (const text of ['', 'a "b"\n漢 🦄', 'x'.repeat(200)]) expect(cutText(200, text)).toBe(text)
})
