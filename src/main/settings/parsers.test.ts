import { describe, expect, test } from 'vitest'
import { agentAddress, host, url } from './addresses'
import { GIB, memoryLimit, readMemorySize, showMemorySize } from './memory-size'
import type { Parser } from './parser'
import { boolean, booleanOrAuto, decimalNumber, oneOf, stringArray, text, wholeNumber } from './parsers'
import { restartLimit } from './restart-limit'

const limit = memoryLimit(100, 1_000_000, 'off')

const TAKEN: readonly [string, Parser<never>, unknown, unknown][] = [
  ['boolean', boolean, 'TRUE', true],
  ['boolean', boolean, 1, true],
  ['boolean', boolean, ' false ', false],
  ['booleanOrAuto', booleanOrAuto, '0', false],
  ['decimalNumber', decimalNumber(0, 1), '1e-3', 0.001],
  ['decimalNumber', decimalNumber(0, 1), '.5', 0.5],
  ['decimalNumber', decimalNumber(0, 1), '-0', 0],
  ['wholeNumber', wholeNumber(1, 10), '10.0', 10],
  ['oneOf', oneOf(['a', 'b']), ' B ', 'b'],
  ['text', text, 'ü'.repeat(200), 'ü'.repeat(200)],
  ['text', text, 3, '3'],
  ['stringArray', stringArray('[]'), '[]', []],
  ['restartLimit', restartLimit, '1000 / 24 H', { deaths: 1000, windowMs: 86_400_000 }],
  ['memoryLimit', limit, '0', null],
  ['memoryLimit', limit, '0.0GiB', null],
  ['memoryLimit', limit, '100', 100],
  ['memoryLimit', limit, '1MB', 1_000_000],
  ['host', host, '127.0.0.1', '127.0.0.1'],
  ['host', host, 'my_agent.internal', 'my_agent.internal'],
  ['host', host, 'fe80::1', 'fe80::1'],
  ['url', url(['unix']), 'unix://./pipe/dd', 'unix://./pipe/dd'],
  ['Agent', agentAddress, 'http://host:8126/', 'http://host:8126/'],
  ['Agent', agentAddress, 'unix:///var/run/dd_apm-1.socket', 'unix:///var/run/dd_apm-1.socket'],
  ['Agent', agentAddress, 'unix://./pipe/dd', 'unix://./pipe/dd'],
  ['url', url(['https']), 'HTTPS://[::1]:1/a', 'HTTPS://[::1]:1/a'],
] as never

const REFUSED: readonly [string, Parser<never>, unknown][] = [
  ['boolean', boolean, 'yes'],
  ['boolean', boolean, 2],
  ['boolean', boolean, [true]],
  ['booleanOrAuto', booleanOrAuto, 'maybe'],
  ['decimalNumber', decimalNumber(0, 1), 'NaN'],
  ['decimalNumber', decimalNumber(0, 1), '0x1'],
  ['decimalNumber', decimalNumber(0, 1), '-0.1'],
  ['decimalNumber', decimalNumber(0, 1), true],
  ['wholeNumber', wholeNumber(1, 10), '1.5'],
  ['wholeNumber', wholeNumber(1, 10), 'Infinity'],
  ['wholeNumber', wholeNumber(1, 10), '11'],
  ['text', text, 'a'.repeat(201)],
  ['text', text, 'a\u0000b'],
  ['text', text, ['a']],
  ['stringArray', stringArray('[]'), '[1]'],
  ['stringArray', stringArray('[]'), ['a\u0000']],
  ['stringArray', stringArray('[]'), '{"0":"a"}'],
  ['restartLimit', restartLimit, '0/10m'],
  ['restartLimit', restartLimit, '1001/10m'],
  ['restartLimit', restartLimit, '5/0s'],
  ['restartLimit', restartLimit, '5/25h'],
  ['restartLimit', restartLimit, '5/10'],
  ['restartLimit', restartLimit, '5/10ms'],
  ['memoryLimit', limit, '99'],
  ['memoryLimit', limit, '1000001'],
  ['memoryLimit', limit, '-1GB'],
  ['memoryLimit', limit, '1GG'],
  ['memoryLimit', limit, 'GB'],
  ['memoryLimit', limit, 1e21],
  ['memoryLimit', limit, '0.00000000001GB'],
  ['host', host, 'http://agent'],
  ['host', host, 'a b'],
  ['host', host, 'me@agent'],
  ['host', host, '1.2.3.4.5:6'],
  ['host', host, '[]'],
  ['url', url(['http']), 'https://a'],
  ['url', url(['http']), 'http:a'],
  ['url', url(['http']), 'http://'],
  ['url', url(['http']), 'http://a:99999'],
  ['url', url(['unix']), 'unix://'],
  ['Agent', agentAddress, 'http://proxy/agent'],
  ['Agent', agentAddress, 'http://host:8126/?x'],
  ['Agent', agentAddress, 'unix:///run/apm.socket/'],
  ['Agent', agentAddress, 'unix:///run/data dog/apm.socket'],
  ['Agent', agentAddress, 'unix:///run/dätadog/apm.socket'],
  ['Agent', agentAddress, 'unix:///run/data%20dog'],
  ['Agent', agentAddress, 'unix:///run/a#b'],
  ['url', url(['unix']), 'unix:///a\0b'],
] as never

test.each(TAKEN)('%s %# takes %3$j', (_, parser, raw, value) => {
  expect(parser.parse(raw, '/')).toEqual({ ok: true, value })
})

test.each(REFUSED)('%s %# refuses', (_, parser, raw) => {
  expect(parser.parse(raw, '/')).toEqual({ ok: false })
})

test.each(['5/10m', '1/1s', '3/90s', '1000/24h', '2/1h'])('%s is shown as it was written', (limit) => {
  const parsed = restartLimit.parse(limit, '/')
  expect(parsed.ok && restartLimit.show(parsed.value)).toBe(limit)
})

test('a number of a quarter of a million digits is refused at once', () => {
  const started = performance.now()
  expect(decimalNumber(0, 1).parse(`${'5'.repeat(2 ** 18)}x`, '/')).toEqual({ ok: false })
  // Milliseconds; in the square of the length it would be minutes.
  expect(performance.now() - started).toBeLessThan(10_000)
})

describe('memory sizes', () => {
  test.each([
    ['1', 1],
    ['1b', 1],
    ['1kB', 1_000],
    ['1KiB', 1_024],
    ['512MB', 512_000_000],
    ['2GiB', 2_147_483_648],
    ['1.5 gib', 1_610_612_736],
    // In binary floating point this is a fraction of a byte less.
    ['2.01GB', 2_010_000_000],
    ['1TB', 1e12],
    ['1TiB', 2 ** 40],
  ])('%s is %d bytes', (size, bytes) => expect(readMemorySize(size)).toBe(bytes))

  test('the shortest exact text is shown', () => {
    expect([0, 1, 1000, 1024, 512e6, 64 * GIB].map(showMemorySize)).toEqual([
      '0',
      '1',
      '1kB',
      '1KiB',
      '512MB',
      '64GiB',
    ])
  })

  test('what is shown reads back as the same number of bytes', () => {
    let seed = 1
    for (let round = 0; round < 20_000; round += 1) {
      // A linear congruential generator gives the same sizes in every run.
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
      const scale = [1, 1e3, 1e6, 1024, 2 ** 20, 2 ** 22][round % 6] ?? 1
      const bytes = seed * scale
      expect(readMemorySize(showMemorySize(bytes))).toBe(bytes)
    }
  })

  test('a larger amount is never fewer bytes, in any unit', () => {
    for (const unit of ['', 'kB', 'MB', 'GB', 'KiB', 'MiB', 'GiB']) {
      let before = 0
      for (let amount = 1; amount < 4_000_000; amount = Math.ceil(amount * 1.37)) {
        const bytes = readMemorySize(`${amount}${unit}`) ?? Number.NaN
        expect(bytes).toBeGreaterThan(before)
        before = bytes
      }
    }
  })
})
