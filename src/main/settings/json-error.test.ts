import { describe, expect, it } from 'vitest'
import fc from '../../../testing/form/fast-check'
import { findJsonError, repeatedNames } from './json-error'

const at = (text: string) => {
  const error = findJsonError(text)
  return error && `${error.line}:${error.column} ${error.what}`
}

describe('the error of a text', () => {
  it.each([
    ['', '1:1 it ends here, and a value was expected'],
    ['{', '1:2 it ends here, and a name in double quotes was expected'],
    ['{\n  "a": 1\n', '3:1 it ends here, and a comma or } was expected'],
    ['{"a": [1', '1:9 it ends here, and a comma or ] was expected'],
    ['{"a":1,}', '1:7 a comma too many'],
    ['{\n  "a": 1,\n}', '2:9 a comma too many'],
    ['{"a": [1, 2, ]}', '1:12 a comma too many'],
    ['{\r\n  "a": 1 // what it is\r\n}', '2:10 a comment, which JSON does not have'],
    ['# settings\n{}', '1:1 a comment, which JSON does not have'],
    ['{"a": /* 1 */ 2}', '1:7 a comment, which JSON does not have'],
    [`{'a': 1}`, `1:2 ' is no quote of JSON: " is`],
    [`{"a": 'b'}`, `1:7 ' is no quote of JSON: " is`],
    ['{“a”: 1}', '1:2 “ is no quote of JSON: " is'],
    ['{a: 1}', '1:2 unexpected a, and a name in double quotes was expected'],
    ['{"a": yes}', '1:7 unexpected y, and a value was expected'],
    ['{"a": True}', '1:7 unexpected T, and a value was expected'],
    ['{"a": 01}', '1:8 unexpected 1, and a comma or } was expected'],
    ['{"a": +1}', '1:7 unexpected +, and a value was expected'],
    ['{"a" 1}', '1:6 unexpected 1, and a colon was expected'],
    ['{"a": 1\n "b": 2}', '2:2 unexpected ", and a comma or } was expected'],
    ['{"a": "b\n"}', '1:7 the text that begins here has no closing quote on its line'],
    ['{"a": "b', '1:7 the text that begins here has no closing quote on its line'],
    ['{"a": "C:\\Users"}', '1:10 no such escape: a backslash is written \\\\'],
    ['{"a": "b\tc"}', '1:9 U+0009 in a text'],
    ['{"a":\u00a01}', '1:6 U+00A0, and a value was expected'],
    ['\uFEFF{}', '1:1 U+FEFF, and a value was expected'],
    ['{} {}', '1:4 unexpected {, and the end was expected'],
    ['{"🦄": 1 🦄}', '1:9 unexpected 🦄, and a comma or } was expected'],
    ['['.repeat(200_000), '1:200001 it ends here, and a value was expected'],
    [`{"a":${'[{"b":'.repeat(100_000)}1${'}]'.repeat(100_000)}}`, null],
  ])('%j: %s', (text, error) => {
    expect(at(text)).toBe(error)
  })
})

/** JSON, with pieces of it left out, doubled or replaced: all that hands and editors do. */
const change = fc.tuple(
  fc.nat(),
  fc.nat({ max: 3 }),
  fc.constantFrom(...',:{}[]"\'\\/#\n\t\u00a0\uFEFF0-.e', ''),
)
const broken = (json: fc.Arbitrary<string>) =>
  fc.tuple(json, fc.array(change, { maxLength: 3 })).map(([whole, changes]) =>
    changes.reduce((text, [where, length, put]) => {
      const index = where % (text.length + 1)
      return text.slice(0, index) + put + text.slice(index + length)
    }, whole),
  )

it('is where V8 stops too, and nowhere in what V8 takes', () => {
  fc.assert(
    fc.property(broken(fc.json()), (text) => {
      const error = findJsonError(text)
      let said: string | null = null
      try {
        JSON.parse(text)
      } catch (thrown) {
        said = (thrown as Error).message
      }
      expect(error === null).toBe(said === null)
      const position = /^Expected .* at position (\d+)/.exec(said ?? '')?.[1]
      if (error === null || position === undefined || error.what === 'a comma too many') return
      const before = text.slice(0, Number(position)).split(/\r\n|\n|\r/)
      expect([error.line, error.column]).toEqual([before.length, Array.from(before.at(-1) ?? '').length + 1])
    }),
    { numRuns: 2_000 },
  )
})

it('quotes one character at most, and none that a terminal acts on', () => {
  const key = '0123456789abcdef'
  const file = fc.constant(JSON.stringify({ DD_SITE: 'us3.datadoghq.com', DD_API_KEY: key }, null, 2))
  fc.assert(
    fc.property(broken(file), (text) => {
      const { what = '' } = findJsonError(text) ?? {}
      for (let from = 0; from < key.length - 1; from++) expect(what).not.toContain(key.slice(from, from + 2))
      expect(what).not.toMatch(/[\p{Cc}\p{Cf}]|DD_|datadog/u)
    }),
  )
})

it('finds names that stand twice, in the outermost object alone', () => {
  expect(repeatedNames('{"a": 1, "b": {"a": 2, "a": 3}}')).toEqual([])
  expect(repeatedNames('{\n "a": 1,\n "b": 2,\n "\\u0061": 3\n}')).toEqual([
    { name: 'a', line: 4, column: 2 },
  ])
  expect(repeatedNames('[1, 1]')).toEqual([])
  expect(repeatedNames(`{"a":${'['.repeat(200_000)}${']'.repeat(200_000)},"a":1}`)).toHaveLength(1)
})

it('tells each repeated name once, in a file of a megabyte of them as soon as in any', () => {
  const many = Array.from({ length: 130_000 }, (_, n) => `"n${n % 50}":1`)
  const repeated = repeatedNames(`{${many.join(',\n')}}`)
  expect(repeated).toHaveLength(50)
  expect(repeated.at(-1)).toEqual({ name: 'n49', line: 100, column: 1 })
  // On one line, and each name twice: a place counted from the text's start would take minutes.
  const twice = Array.from({ length: 60_000 }, (_, n) => `"n${n}":1`).join(',')
  expect(repeatedNames(`{${twice},${twice}}`)).toHaveLength(60_000)
})
