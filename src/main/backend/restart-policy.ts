import { type BackoffLimits, backoff } from '../../common/timing/backoff'

export type RestartMode = 'on-failure' | 'oom' | 'never'

export interface RestartPolicy {
  readonly mode: RestartMode
  /**
   * The number of deaths within a window, in milliseconds, at which it gives up: `5/10m` gives up at the
   * fifth.
   */
  readonly limit: { readonly deaths: number; readonly windowMs: number }
}

export interface RestartQuestion extends RestartPolicy {
  /** The times of the backend's deaths, including this one; monotonic, in milliseconds. */
  readonly deaths: readonly number[]
  /** Restarts since the backend was last healthy. */
  readonly attempt: number
  /** The current time, on the same clock as `deaths`. */
  readonly now: number
  /** True if this death was due to a lack of memory. */
  readonly oom: boolean
  /** Why no start can succeed, in a sentence; `null` where one may. */
  readonly hopeless: string | null
  /** A random number from 0 to 1. */
  readonly random: () => number
}

export type RestartDecision =
  | Decision<'restart', number>
  /** Too many deaths: only an explicit restart gets out of this. */
  | Decision<'give-up', null>
  /** The settings ask for no restart after such a death. */
  | Decision<'none', null>

interface Decision<Name, Delay> {
  readonly decision: Name
  /** The delay before the restart, in milliseconds. */
  readonly delayMs: Delay
  /** Deaths in the window, including this one. */
  readonly deathsInWindow: number
  /** For the log and the incident. */
  readonly reason: string
}

/** Uptime after which a backend is healthy and the next restart is immediate, in milliseconds. */
export const HEALTHY_MS = 5 * 60_000
const DELAY: BackoffLimits = { firstMs: 1_000, lastMs: 30_000 }

export function decideRestart(question: RestartQuestion): RestartDecision {
  const { mode, limit, oom, attempt, hopeless, random } = question
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
  if (hopeless !== null) return { decision: 'give-up', delayMs: null, deathsInWindow, reason: hopeless }
  const deaths = `${deathsInWindow} of ${limit.deaths} deaths within ${limit.windowMs / 1000} s`
  if (deathsInWindow >= limit.deaths) {
    return { decision: 'give-up', delayMs: null, deathsInWindow, reason: deaths }
  }
  return { decision: 'restart', delayMs: restartDelayMs(attempt, random), deathsInWindow, reason: deaths }
}

/**
 * The attempt to count from after a run that was healthy for `healthyMs`. The window of deaths stays as it
 * is.
 */
export function nextAttempt(attempt: number, healthyMs: number): number {
  return healthyMs >= HEALTHY_MS ? 0 : attempt
}

/**
 * The delay before a restart: none, then 1 s doubling to 30 s, plus or minus a fifth. In whole milliseconds.
 */
function restartDelayMs(attempt: number, random: () => number): number {
  return attempt <= 0 ? 0 : Math.round(backoff(attempt, random(), DELAY))
}

/**
 * Counts the deaths in the window: at least this one, whatever the clock says; one in the future is not old.
 */
function countDeaths({ deaths, limit, now }: RestartQuestion): number {
  return Math.max(1, deaths.filter((at) => now - at < limit.windowMs).length)
}
