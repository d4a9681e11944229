import { SETTING_NAMES, type SettingName } from './definitions'
import { quoted } from './printable'
import type { Problems } from './problems'

/** The source's name in messages. */
export const GIVEN_LABEL = 'startStudioMonitor({ settings })'

/** Names that still count once dd-trace has been loaded: ours, and of profiles, which are not dd-trace's work. */
export type GivenName = Extract<SettingName, `STUDIO_${string}` | `DD_PROFILING_${string}`>
/** A value as it may stand in a settings file, for instance `'2GiB'`, `1000`, `['--port', '8188']`. */
export type GivenSettings = {
  readonly [Name in GivenName]?: string | number | boolean | readonly string[]
}

const isGivenName = (name: string): name is GivenName =>
  name.startsWith('STUDIO_') || name.startsWith('DD_PROFILING_')
export const GIVEN_NAMES: readonly GivenName[] = SETTING_NAMES.filter(isGivenName)

/**
 * The settings that an app gives in code, checked: the rest of their life is any other source's.
 * @param given of any kind: an app in JavaScript is not type-checked
 */
export function givenSettings(given: unknown, problems: Problems): ReadonlyMap<string, unknown> {
  if (given === undefined || given === null) return new Map()
  if (typeof given !== 'object' || Array.isArray(given)) {
    problems.add(() => `${GIVEN_LABEL} is ${quoted(given)}; accepted: an object of settings; it is ignored`)
    return new Map()
  }
  const changeable = new Set<string>(GIVEN_NAMES)
  const entries = Object.entries(given).filter(([name]) => {
    const isTooLate = !changeable.has(name) && /^DD_[A-Z0-9_]+$/.test(name)
    if (isTooLate) {
      problems.add(
        () =>
          `${GIVEN_LABEL}: ${name} comes too late: dd-trace has read its settings when studio-datadog-monitor/register was imported; accepted: the environment, a settings file, "studioMonitor" in the app's package.json; it is ignored`,
      )
    }
    return !isTooLate
  })
  return new Map(entries)
}
