import { expect, it } from 'vitest'
import { amount, bar } from './top-units'

it.each([
  [0, 'bytes', '0 B'],
  [190_840_832, 'bytes', '182 MiB'],
  [-1536, 'bytes', '-1.5 KiB'],
  [2, 'megabytes', '2 MiB'],
  [0, 'nanoseconds', '0 ms'],
  [400, 'nanoseconds', '1 µs'],
  [40_000, 'nanoseconds', '40 µs'],
  [1_250_000, 'nanoseconds', '1.3 ms'],
  [220_000_000, 'nanoseconds', '220 ms'],
  [-58_100_000_000, 'nanoseconds', '-58.1 s'],
  [90, 's', '1 min 30 s'],
  [1234, 'count', '1234'],
  [1234, '', '1234'],
])('%d %s is %s', (value, unit, text) => {
  expect(amount(value, unit)).toBe(text)
})

it.each([
  [0, ''],
  [1e-9, '▏'],
  [0.5, '█████'],
  [0.56, '█████▋'],
  [1, '██████████'],
  [7, '██████████'],
  [Number.NaN, ''],
])('a bar of %d is %j', (part, text) => {
  expect(bar(part, 10)).toBe(text)
})
