import { size } from '../common/output/units'
import type { FlameData } from './flame-data'

/** A value in words: `1.5 GiB`, `320 ms`, `12`. */
export function amount(value: number, unit: FlameData['unit']): string {
  if (unit === 'count') return String(value)
  if (unit === 'ms') return value >= 1000 ? `${short(value / 1000)} s` : `${short(value)} ms`
  return size(value)
}

/** A part of a whole in percent. */
export function share(part: number, whole: number): string {
  return whole > 0 ? `${short((part / whole) * 100)} %` : '0 %'
}

function short(value: number): string {
  return value < 100 ? String(Number(value.toFixed(1))) : String(Math.round(value))
}
