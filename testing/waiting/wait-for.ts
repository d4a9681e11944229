import { setTimeout as sleep } from 'node:timers/promises'

const POLL_MS = 20
/** Only a wait in vain takes all of it: it is no measure of how long anything may take on a slow or busy machine. */
const PATIENCE_MS = 60_000

export interface WaitOptions {
  /** The awaited thing, as the timeout's error names it; a function is called when time is up. */
  readonly what: string | (() => string)
  /** Milliseconds until the wait fails. Default 60 000. */
  readonly timeout?: number
}

type Found<T> = Exclude<T, undefined | null | false>

/**
 * Calls `ask` repeatedly until the result is neither `undefined`, `null` nor `false`, and returns it. A call
 * that throws counts as "not yet"; the last error is the timeout error's `cause`.
 */
export async function waitFor<T>(ask: () => T | Promise<T>, options: WaitOptions): Promise<Found<T>> {
  const { what, timeout = PATIENCE_MS } = options
  const timer = new AbortController()
  const deadline = sleep(timeout, 'late' as const, { signal: timer.signal }).catch(() => 'late' as const)
  let thrown: unknown
  try {
    for (;;) {
      const answer = await Promise.race([attempt(ask), deadline])
      if (answer === 'late') break
      if ('value' in answer && isFound(answer.value)) return answer.value
      thrown = 'thrown' in answer ? answer.thrown : undefined
      if ((await Promise.race([sleep(POLL_MS), deadline])) === 'late') break
    }
  } finally {
    timer.abort()
  }
  const why = thrown === undefined ? '' : `; the last attempt threw: ${String(thrown)}`
  const subject = typeof what === 'string' ? what : what()
  throw new Error(`Waited ${timeout} ms for ${subject}, in vain${why}`, { cause: thrown })
}

async function attempt<T>(ask: () => T | Promise<T>): Promise<{ value: T } | { thrown: unknown }> {
  try {
    return { value: await ask() }
  } catch (thrown) {
    return { thrown }
  }
}

function isFound<T>(value: T): value is Found<T> {
  return value !== undefined && value !== null && value !== false
}
