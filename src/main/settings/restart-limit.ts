import { type Parser, scalar } from './parser'

/** The number of deaths within a window, in milliseconds, at which nothing is restarted any more. */
export interface RestartLimit {
  readonly deaths: number
  readonly windowMs: number
}

const MAX_DEATHS = 1_000
const MAX_WINDOW_MS = 24 * 3_600_000
const MS_OF = { h: 3_600_000, m: 60_000, s: 1_000 } as const
const LIMIT = /^(\d{1,9})\s*\/\s*(\d{1,9})\s*([smh])$/i

function readRestartLimit(text: string): RestartLimit | undefined {
  const [, digits, amount, unit] = LIMIT.exec(text) ?? []
  if (digits === undefined || amount === undefined || unit === undefined) return undefined
  const deaths = Number(digits)
  const windowMs = Number(amount) * MS_OF[unit.toLowerCase() as keyof typeof MS_OF]
  const inRange = deaths >= 1 && deaths <= MAX_DEATHS && windowMs >= 1 && windowMs <= MAX_WINDOW_MS
  return inRange ? Object.freeze({ deaths, windowMs }) : undefined
}

function showRestartLimit({ deaths, windowMs }: RestartLimit): string {
  const [unit, unitMs] = Object.entries(MS_OF).find(([, ms]) => windowMs % ms === 0) ?? ['s', MS_OF.s]
  return `${deaths}/${windowMs / unitMs}${unit}`
}

export const restartLimit: Parser<RestartLimit> = scalar(
  `deaths/window, for instance 5/10m: 1 to ${MAX_DEATHS} deaths, a window of 1s to 24h (s, m, h)`,
  readRestartLimit,
  showRestartLimit,
)
