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

/** A span in its largest unit, and the next one when there is some: `340 ms`, `12.4 s`, `3 min 20 s`. */
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

/** How long before `now` an ISO 8601 time was: `2 min ago`; what is older than 30 days by its date. */
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

/** A time as a person reads it: `2026-11-23 20:11:55 UTC`; what is no time, as it stands. */
export function dateAndTime(time: string): string {
  const at = Date.parse(time)
  return Number.isNaN(at) ? time : `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

const SIZES = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

/** Bytes in the largest binary unit (IEC 80000-13) they fill: `3.9 GiB`, `512 MiB`. */
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

/** 0 to 1 as `40 %`. Never 100 % before it is done. */
export function percent(share: number): string {
  return `${share < 1 ? Math.min(99, Math.round(share * 100)) : Math.round(share * 100)} %`
}
