import { foreignVariables } from './inactive'

export type Environment = Readonly<Record<string, string | undefined>>

/** The global that dd-trace reads its settings from: `scripts/bundle/dd-trace-changes` makes it. */
const PLACE = Symbol.for('studio-datadog-monitor.environment')

/**
 * Gives dd-trace an environment of its own, without the variables that are meant for other programs, and runs its start.
 * `process.env`, which each child of the app gets, is as before afterwards; it is lent meanwhile, for what is read there.
 */
export function withEnvironment<Result>(environment: Environment, run: () => Result): Result {
  const foreign = new Set(foreignVariables(environment))
  const own = Object.fromEntries(Object.entries(environment).filter(([name]) => !foreign.has(name)))
  Object.assign(globalThis, { [PLACE]: Object.freeze(own) })
  const names = new Set([...Object.keys(own), ...Object.keys(process.env)])
  const before = [...names].flatMap((name) => {
    const [value, lent] = [process.env[name], own[name]]
    return value === lent ? [] : [{ name, value, lent }]
  })
  for (const { name, lent } of before) put(name, lent)
  try {
    return run()
  } finally {
    for (const { name, value } of before) put(name, value)
  }
}

function put(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name]
  else process.env[name] = value
}
