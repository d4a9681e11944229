import { type BackoffLimits, backoff } from '../../common/timing/backoff'

export type RestartMode = 'on-failure' | 'oom' | 'never'

export interface RestartPolicy {
  readonly mode: RestartMode
  /** So many deaths within so many milliseconds end the attempts: `5/10m` gives up at the fifth. */
  readonly limit: { readonly deaths: number; readonly windowMs: number }
}

export interface RestartQuestion extends RestartPolicy {
  /** When the backend died, this time included; monotonic, in milliseconds. */
  readonly deaths: readonly number[]
  /** Restarts since the backend was last healthy. */
  readonly attempt: number
  /** On the same clock as `deaths`. */
  readonly now: number
  /** Whether this death was for want of memory. */
  readonly oom: boolean
  /** From 0 to 1. */
  readonly random: () => number
}

export type RestartDecision =
  | Decision<'restart', number>
  /** Too many deaths: only an explicit restart leaves it. */
  | Decision<'give-up', null>
  /** The settings want no restart after such a death. */
  | Decision<'none', null>

interface Decision<Name, Delay> {
  readonly decision: Name
  /** In milliseconds. */
  readonly delayMs: Delay
  /** This one included. */
  readonly deathsInWindow: number
  /** For the log and the incident. */
  readonly reason: string
}

/** A backend that ran so long is healthy: the next restart is at once. In milliseconds. */
export const HEALTHY_MS = 5 * 60_000
const DELAY: BackoffLimits = { firstMs: 1_000, lastMs: 30_000 }

export function decideRestart(question: RestartQuestion): RestartDecision {
  const { mode, limit, oom, attempt, random } = question
  const deathsInWindow = countDeaths(question)
  const none = (reason: string): RestartDecision => ({
    decision: 'none',
    delayMs: null,
    deathsInWindow,
    reason,
  })

  if (mode === 'never') return none('restarts are switched off (STUDIO_RESTART is never)')
  if (mode === 'oom' && !oom)
    return none('only a death for want of memory is followed by a restart (STUDIO_RESTART is oom)')
  const deaths = `${deathsInWindow} of ${limit.deaths} deaths within ${limit.windowMs / 1000} s`
  if (deathsInWindow >= limit.deaths) {
    return { decision: 'give-up', delayMs: null, deathsInWindow, reason: deaths }
  }
  return { decision: 'restart', delayMs: restartDelayMs(attempt, random), deathsInWindow, reason: deaths }
}

/** The attempt to count from after a run that was healthy for so long. The window of deaths is left alone. */
export function nextAttempt(attempt: number, healthyMs: number): number {
  return healthyMs >= HEALTHY_MS ? 0 : attempt
}

/** At once, then 1 s doubling to 30 s, give or take a fifth. In whole milliseconds. */
function restartDelayMs(attempt: number, random: () => number): number {
  return attempt <= 0 ? 0 : Math.round(backoff(attempt, random(), DELAY))
}

/** At least this one, whatever the clock says; one that lies in the future is not old. */
function countDeaths({ deaths, limit, now }: RestartQuestion): number {
  return Math.max(1, deaths.filter((at) => now - at < limit.windowMs).length)
}
