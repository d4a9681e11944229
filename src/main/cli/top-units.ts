import { duration, size } from '../../common/output/units'

const BYTES: Readonly<Record<string, number>> = {
  b: 1,
  byte: 1,
  bytes: 1,
  kilobyte: 1024,
  kilobytes: 1024,
  kb: 1024,
  megabyte: 1024 ** 2,
  megabytes: 1024 ** 2,
  mb: 1024 ** 2,
}

const MILLISECONDS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  nanosecond: 1e-6,
  nanoseconds: 1e-6,
  us: 1e-3,
  microsecond: 1e-3,
  microseconds: 1e-3,
  ms: 1,
  millisecond: 1,
  milliseconds: 1,
  s: 1e3,
  second: 1e3,
  seconds: 1e3,
}

/**
 * A sample's value with its unit: `182 MiB`, `1.2 s`, `40 µs`; if it is neither memory nor time, the plain
 * number.
 */
export function amount(value: number, unit: string): string {
  const sign = value < 0 ? '-' : ''
  const positive = Math.abs(value)
  const bytes = BYTES[unit.toLowerCase()]
  if (bytes !== undefined) return `${sign}${size(positive * bytes)}`
  const ms = MILLISECONDS[unit.toLowerCase()]
  return ms === undefined ? String(value) : `${sign}${time(positive * ms)}`
}

function time(ms: number): string {
  if (ms === 0 || ms >= 10) return duration(ms)
  return ms >= 1 ? `${Number(ms.toFixed(1))} ms` : `${Math.max(1, Math.round(ms * 1000))} µs`
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

/**
 * A bar of blocks, exact to an eighth of a column; never empty for a part above 0.
 * @param part 0 to 1
 */
export function bar(part: number, width: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, part)) * width * 8)
  const shown = part > 0 ? Math.max(1, eighths) : 0
  return '█'.repeat(Math.floor(shown / 8)) + EIGHTHS[shown % 8]
}
