import { expect, it } from 'vitest'
import { parseSince } from './since'

const NOW = Date.UTC(2026, 10, 23, 20, 15)

it.each([
  ['90s', NOW - 90_000],
  ['30m', NOW - 1_800_000],
  ['1h', NOW - 3_600_000],
  ['1.5 h', NOW - 5_400_000],
  ['2d', NOW - 172_800_000],
  ['1w', NOW - 604_800_000],
  ['0s', NOW],
  ['99999999999w', 0],
  ['2026-11-23', Date.UTC(2026, 10, 23)],
  ['2026-11-23T20:05', Date.UTC(2026, 10, 23, 20, 5)],
  ['2026-11-23 20:05:30', Date.UTC(2026, 10, 23, 20, 5, 30)],
  ['2026-11-23T20:05:30.250Z', Date.UTC(2026, 10, 23, 20, 5, 30, 250)],
  ['2026-11-23t20:05z', Date.UTC(2026, 10, 23, 20, 5)],
  ['2026-11-23T20:05+01:00', Date.UTC(2026, 10, 23, 19, 5)],
  ['2024-02-29', Date.UTC(2024, 1, 29)],
])('takes %s', (text, at) => {
  expect(parseSince(text, NOW)).toBe(at)
})

it.each([
  '',
  '1',
  'h',
  '-1h',
  '1y',
  '1h30m',
  'yesterday',
  '2026',
  '2026-13-01',
  '2026-02-30',
  '2026-11-23T25:00',
  '23.11.2026',
  '1e3s',
])('refuses %j', (text) => {
  expect(parseSince(text, NOW)).toBeNull()
})
