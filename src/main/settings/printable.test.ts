import { expect, test } from 'vitest'
import { isSecret, printable, quoted, shownValue } from './printable'

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

test.each([
  ['DD_API_KEY', 'x'],
  ['MY_PASSWORD', 'x'],
  ['URL', 'http://me:pw@host'],
  ['URL', 'http://me@host'],
  ['URL', 'http://me:p/w@host'],
  ['ARGS', '["--token","x"]'],
  ['ARGS', '--api-key=x'],
  ['ARGS', 'password: x'],
])('%s with %s is a secret', (name, value) => {
  expect(isSecret(name, value)).toBe(true)
  expect(shownValue(name, value)).toBe('(hidden)')
})

test('a value of many colons is judged at once', () => {
  expect(isSecret('DD_TAGS', ':'.repeat(2 ** 17))).toBe(false)
  expect(isSecret('DD_TAGS', `${':'.repeat(2 ** 17)}@`)).toBe(true)
})

test.each([
  ['DD_ENV', 'production'],
  ['URL', 'http://host:8126/a'],
  ['ENTRY', '/home/me/tokenizer/index.js'],
  ['ENTRY', '/x/node_modules/@scope/y.js'],
])('%s with %s is none', (name, value) => expect(isSecret(name, value)).toBe(false))
