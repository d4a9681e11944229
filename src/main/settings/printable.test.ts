import { expect, test } from 'vitest'
import { printable, quoted, shownValue } from './printable'

test.each([
  ['a\nb', '"a\\nb"'],
  ['\u001b[31m', '"\\u001b[31m"'],
  ['\u2028\u202e\u009b', '"\\u2028\\u202e\\u009b"'],
  ['ü', '"ü"'],
  [undefined, 'undefined'],
  [[1, 'a'], '[1,"a"]'],
])('%j is shown on one line', (value, shown) => expect(quoted(value)).toBe(shown))

test('a value too deep to be walked is no reason to fail', () => {
  const deep = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`)
  expect(shownValue('DD_ENV', deep)).toBe('(nested too deeply to be shown)')
})

test('long values are cut', () => expect(quoted('x'.repeat(1_000))).toBe(`"${'x'.repeat(99)}…`))

test('names and paths stand as they are, unless they would break the line', () => {
  expect(printable('/a b/ü.json')).toBe('/a b/ü.json')
  expect(printable('/a\nb')).toBe('"/a\\nb"')
})

test('a secret is not shown', () => {
  expect(shownValue('DD_API_KEY', 'x')).toBe('<redacted>')
  expect(shownValue('URL', 'http://me:pw@host')).toBe('<redacted>')
  expect(shownValue('DD_ENV', 'production')).toBe('"production"')
})
