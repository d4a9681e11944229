import { foreignVariables } from './inactive'

export type Environment = Readonly<Record<string, string | undefined>>

/** The global that dd-trace reads its settings from: `scripts/bundle/dd-trace-changes` makes it. */
const PLACE = Symbol.for('studio-datadog-monitor.environment')

/**
 * Gives dd-trace an environment of its own, without the variables that are meant for other programs, and runs its start.
 * `process.env`, which each child of the app gets, is as before afterwards; another stands in its place meanwhile, for what is
 * read there. Nothing is written to the environment itself: `setenv` moves it, while Chromium's threads read it with `getenv`,
 * and 1 of 50 starts on a busy machine died of that (SIGSEGV in `getenv`, Electron 33.2.1).
 */
export function withEnvironment<Result>(environment: Environment, run: () => Result): Result {
  const foreign = new Set(foreignVariables(environment))
  const own = Object.fromEntries(
    Object.entries(environment).filter(([name, value]) => value !== undefined && !foreign.has(name)),
  )
  Object.assign(globalThis, { [PLACE]: Object.freeze(own) })
  const before = process.env
  process.env = { ...own }
  try {
    return run()
  } finally {
    process.env = before
  }
}
