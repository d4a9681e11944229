import type { FlameData } from './flame-data'

const SIZES = ['B', 'KiB', 'MiB', 'GiB', 'TiB']

/** A value in words: `1.5 GiB`, `320 ms`, `12`. */
export function amount(value: number, unit: FlameData['unit']): string {
  if (unit === 'count') return String(value)
  if (unit === 'ms') return value >= 1000 ? `${short(value / 1000)} s` : `${short(value)} ms`
  let [left, at] = [value, 0]
  while (left >= 1023.95 && at < SIZES.length - 1) {
    left /= 1024
    at++
  }
  return `${short(left)} ${SIZES[at]}`
}

/** A part of a whole in percent. */
export function share(part: number, whole: number): string {
  return whole > 0 ? `${short((part / whole) * 100)} %` : '0 %'
}

function short(value: number): string {
  return value < 100 ? String(Number(value.toFixed(1))) : String(Math.round(value))
}
