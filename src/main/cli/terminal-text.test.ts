import { expect, it } from 'vitest'
import { paint, terminalJson, terminalText } from './terminal-text'

/**
 * Everything that a terminal could interpret: C0 and C1 controls, separators, bidirectional overrides, lone
 * surrogates.
 */
const DANGEROUS = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069]/u

it.each([
  ['\u001b[31mred\u001b[0m', 'red'],
  ['\u001b]0;owned\u0007title', 'title'],
  ['\u001b]8;;http://evil\u001b\\link\u001b]8;;\u001b\\', 'link'],
  ['one\r\ntwo\tthree', 'one two three'],
  ['\u009b2Jwiped', 'wiped'],
  ['a\u202etxt.exe', 'atxt.exe'],
  ['zero\u200bwidth', 'zerowidth'],
  ['half \ud83d', 'half \ufffd'],
  ['family 👨‍👩‍👧', 'family 👨‍👩‍👧'],
  ['join\u200der, \u200d👨\u200d', 'joiner, 👨'],
  [
    'heart ❤\ufe0f, filler \u3164, tag \u{e0041}, selector a\ufe00',
    'heart ❤\ufe0f, filler , tag , selector a',
  ],
  ['\u0000\u0008\u007f', ''],
])('makes %j harmless', (text, shown) => {
  expect(terminalText(text)).toBe(shown)
})

it('leaves nothing a terminal acts on, whatever the text', () => {
  for (let code = 0; code <= 0x2100; code++) {
    expect(terminalText(`a${String.fromCharCode(code)}b\u001b${String.fromCharCode(code)}`)).not.toMatch(
      DANGEROUS,
    )
  }
})

it('writes JSON that means the same and is harmless', () => {
  const value = { text: 'a\u001b[31m\u009b2J\u2028\u202e\u{e0041}\nb', list: ['日本'] }
  const json = terminalJson(value)
  expect(JSON.parse(json)).toEqual(value)
  expect(json.replaceAll('\n', '')).not.toMatch(DANGEROUS)
  expect(json).toContain('日本')
})

it('paints only where colours are shown', () => {
  expect(paint(false).bold('x')).toBe('x')
  expect(paint(true).bold('x')).toBe('\u001b[1mx\u001b[22m')
})
