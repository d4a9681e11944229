import { duration, size } from '../../common/output/units'
import { measureOf } from '../profiling/units'

/**
 * A sample's value with its unit: `182 MiB`, `1.2 s`, `40 µs`; if it is neither memory nor time, the plain
 * number.
 */
export function amount(value: number, unit: string): string {
  const sign = value < 0 ? '-' : ''
  const positive = Math.abs(value)
  const { name, factor } = measureOf(unit)
  if (name === 'count') return String(value)
  return `${sign}${name === 'bytes' ? size(positive * factor) : time(positive * factor)}`
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
