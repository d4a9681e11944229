const MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
}
const DURATION = /^(\d+(?:\.\d+)?)\s*([smhdw])$/
const DATE = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:\d{2})?)?$/i

export const SINCE_ACCEPTED =
  'a duration (90s, 30m, 1h, 2d, 1w) or an ISO date (2026-11-23, 2026-11-23T20:15, without a zone UTC)'

/**
 * The time that `--since` names, in milliseconds since the epoch; `null` if it is neither a duration nor an
 * ISO 8601 date. A date without a time zone is in UTC, as all records are.
 */
export function parseSince(text: string, now: number): number | null {
  const [, amount, unit = ''] = DURATION.exec(text.trim()) ?? []
  if (amount !== undefined) return Math.max(0, now - Number(amount) * (MS[unit] ?? 0))
  const [, day, time = '00:00', zone = 'Z'] = DATE.exec(text.trim()) ?? []
  if (day === undefined || !isInCalendar(day)) return null
  const at = Date.parse(`${day}T${time}${zone}`.toUpperCase())
  return Number.isNaN(at) ? null : at
}

/** True if the day exists: V8 takes 30 February for 2 March. */
function isInCalendar(day: string): boolean {
  const at = Date.parse(`${day}T00:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day)
}
