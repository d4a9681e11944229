import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer } from './api/answer'

const FIRST_PAUSE_MS = 250
const MAX_PAUSE_MS = 2_000
/**
 * Times at which the wait is logged, in milliseconds, and after them each minute: models load for minutes.
 */
const TOLD_AT_MS = [10_000, 30_000, 60_000]
const TOLD_EVERY_MS = 60_000

export interface ReadinessOptions {
  /** Sends a request to the engine's API. */
  readonly ask: () => Promise<Answer<unknown>>
  /** Logs one line. */
  readonly say: (line: string) => void
  /** Aborts the wait. */
  readonly signal: AbortSignal
  readonly url: string
  /** A monotonic clock, in milliseconds. */
  readonly now?: () => number
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<unknown>
}

/**
 * Waits until the engine's API responds, as long as the engine lives: nobody knows how long models take.
 * @returns the time it took, in milliseconds; `null` if the wait was aborted
 */
export async function waitUntilReady(options: ReadinessOptions): Promise<number | null> {
  const { ask, say, signal, url, now = () => performance.now(), pause = pauseFor } = options
  const started = now()
  let pauseMs = FIRST_PAUSE_MS
  let told = 0
  while (!signal.aborted) {
    const answer = await ask()
    const waitedMs = now() - started
    if (answer.ok) return signal.aborted ? null : waitedMs
    if (waitedMs >= tellAt(told)) {
      while (waitedMs >= tellAt(told)) told += 1
      say(`the engine is not ready after ${Math.round(waitedMs / 1_000)} s: ${url} ${answer.trouble}`)
    }
    await pause(pauseMs, signal)
    pauseMs = Math.min(MAX_PAUSE_MS, pauseMs * 1.5)
  }
  return null
}

/** The time at which the wait is logged for the `n`th time, from 0 on. */
function tellAt(n: number): number {
  const last = TOLD_AT_MS.length - 1
  return TOLD_AT_MS[n] ?? (TOLD_AT_MS[last] ?? 0) + (n - last) * TOLD_EVERY_MS
}

async function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, null, { signal }).catch(() => {})
}
