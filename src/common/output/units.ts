const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const SPANS = [
  [DAY, 'd'],
  [HOUR, 'h'],
  [MINUTE, 'min'],
  [SECOND, 's'],
] as const

/** A duration in its largest unit, and the next one if it is not zero: `340 ms`, `12.4 s`, `3 min 20 s`. */
export function duration(ms: number): string {
  const whole = Math.max(0, Math.round(ms))
  if (whole < SECOND) return `${whole} ms`
  if (whole < 59_950) return `${Number((whole / SECOND).toFixed(1))} s`
  const seconds = Math.round(whole / SECOND) * SECOND
  const at = SPANS.findIndex(([span]) => seconds >= span)
  const [span, unit] = SPANS[at] ?? SPANS[3]
  const [nextSpan, nextUnit] = SPANS[at + 1] ?? SPANS[3]
  const rest = Math.floor((seconds % span) / nextSpan)
  return `${Math.floor(seconds / span)} ${unit}${rest > 0 ? ` ${rest} ${nextUnit}` : ''}`
}

/** The time between an ISO 8601 time and `now`: `2 min ago`; beyond 30 days, the date. */
export function relativeTime(time: string, now: number): string {
  const at = Date.parse(time)
  if (Number.isNaN(at)) return 'not known'
  const distance = Math.abs(now - at)
  if (distance < SECOND) return 'just now'
  if (distance >= 30 * DAY) return new Date(at).toISOString().slice(0, 10)
  const [span, unit] = SPANS.find(([length]) => distance >= length) ?? SPANS[3]
  const words = `${Math.floor(distance / span)} ${unit}`
  return at > now ? `in ${words}` : `${words} ago`
}

/**
 * A time in a readable form, where this machine is, with its distance from UTC: `2026-11-23 21:11:55 +01:00`; anything that is
 * not a time stays as it is.
 */
export function dateAndTime(time: string): string {
  const at = new Date(time)
  // JavaScript counts the minutes from here to UTC.
  const offset = -at.getTimezoneOffset()
  const local = new Date(at.getTime() + offset * MINUTE)
  if (Number.isNaN(local.getTime())) return time
  return `${local.toISOString().slice(0, 19).replace('T', ' ')} ${offset === 0 ? 'UTC' : zone(offset)}`
}

function zone(minutes: number): string {
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
  return `${minutes < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}:${String(rest).padStart(2, '0')}`
}

const SIZES = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

/** A number of bytes in the largest binary unit (IEC 80000-13) that it fills: `3.9 GiB`, `512 MiB`. */
export function size(bytes: number): string {
  let amount = bytes
  let unit = 0
  // 1023.95 would be shown as 1024.0.
  while (amount >= 1023.95 && unit < SIZES.length - 1) {
    amount /= 1024
    unit += 1
  }
  return `${amount < 100 ? Number(amount.toFixed(1)) : Math.round(amount)} ${SIZES[unit]}`
}

/** A share from 0 to 1 as `40 %`; never 100 % before it is complete. */
export function percent(share: number): string {
  return `${share < 1 ? Math.min(99, Math.round(share * 100)) : Math.round(share * 100)} %`
}
