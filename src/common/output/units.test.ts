import { afterEach, describe, expect, it } from 'vitest'
import { dateAndTime, duration, percent, relativeTime, size } from './units'

const NOW = Date.UTC(2026, 10, 23, 20, 15)

it.each([
  [-5, '0 ms'],
  [340.4, '340 ms'],
  [1_000, '1 s'],
  [12_449, '12.4 s'],
  [59_940, '59.9 s'],
  [59_960, '1 min'],
  [200_000, '3 min 20 s'],
  [3_599_700, '1 h'],
  [3_720_000, '1 h 2 min'],
  [3_601_000, '1 h'],
  [90_000_000, '1 d 1 h'],
])('says %d ms as %s', (ms, words) => {
  expect(duration(ms)).toBe(words)
})

describe('relativeTime', () => {
  it.each([
    [0, 'just now'],
    [59_999, '59 s ago'],
    [120_000, '2 min ago'],
    [3_600_000, '1 h ago'],
    [29 * 86_400_000, '29 d ago'],
    [31 * 86_400_000, '2026-10-23'],
    [-180_000, 'in 3 min'],
  ])('says %d ms before as %s', (ms, words) => {
    expect(relativeTime(new Date(NOW - ms).toISOString(), NOW)).toBe(words)
  })

  it('knows no time in other text', () => {
    expect(relativeTime('soon', NOW)).toBe('not known')
  })
})

it.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1536, '1.5 KiB'],
  [2 ** 20 - 1, '1 MiB'],
  [512 * 2 ** 20, '512 MiB'],
  [3.94 * 2 ** 30, '3.9 GiB'],
  [5_000 * 2 ** 40, '5000 TiB'],
])('says %d bytes as %s', (bytes, words) => {
  expect(size(bytes)).toBe(words)
})

it('keeps 100 % for what is done', () => {
  expect([0, 0.4, 0.999, 1].map(percent)).toEqual(['0 %', '40 %', '99 %', '100 %'])
})

describe('a date for a person', () => {
  const before = process.env.TZ
  afterEach(() => {
    if (before === undefined) delete process.env.TZ
    else process.env.TZ = before
  })

  it.each([
    ['UTC', '2026-11-23 20:11:55 UTC'],
    ['Europe/Berlin', '2026-11-23 21:11:55 +01:00'],
    ['Asia/Kolkata', '2026-11-24 01:41:55 +05:30'],
    ['America/St_Johns', '2026-11-23 16:41:55 -03:30'],
  ])('is that of %s', (zone, words) => {
    process.env.TZ = zone
    expect(dateAndTime('2026-11-23T21:11:55.123+01:00')).toBe(words)
    expect(dateAndTime('soon')).toBe('soon')
  })
})
