import { SETTING_NAMES } from './definitions'
import type { SourcesContext } from './sources'
import { isDatadogName } from './unknown-names'

type Environment = SourcesContext['env']

/**
 * The words about variables that were set after the tracer had read them, as `dotenv` does in an app's main: a line for
 * all of them. Their values are not shown.
 * @param atImport the environment that was read @param now the environment of today
 * @param used what dd-trace has, whatever its source: the same value set late changes nothing
 */
export function lateNames(
  atImport: Environment,
  now: Environment,
  used: Readonly<Record<string, string>>,
): string[] {
  const known = new Set<string>(SETTING_NAMES)
  const late = Object.keys(now)
    .filter((name) => known.has(name) || isDatadogName(name))
    .filter((name) => now[name] !== atImport[name] && now[name] !== used[name])
    .toSorted()
  if (late.length === 0) return []
  return [
    `environment: set after studio-datadog-monitor/register was imported, and not used: ${late.join(', ')}; accepted: the environment that the app is started with, a settings file, "studioMonitor" in the app's package.json, or STUDIO_* in startStudioMonitor({ settings })`,
  ]
}
