import type { ListedSetting, Origin } from '../../settings/load'
import { type Finding, ok, problem, warning } from './check'

export interface SettingsFacts {
  readonly listing: readonly ListedSetting[]
  /** The problems, a line each, as at the start of the app. */
  readonly problems: readonly string[]
  /** The reason why the backend's entry cannot be started; `null` if it can. */
  readonly entryProblem: string | null
}

const ORIGINS: Readonly<Record<Origin, string>> = {
  environment: 'environment',
  'user-file': "the user's file",
  'installer-file': "the installer's file",
  options: "the app's code",
  package: "the app's package.json",
  default: 'by default',
}

/** Checks the settings: which apply, where each comes from, and which could not be used. */
export function checkSettings({ listing, problems, entryProblem }: SettingsFacts): Finding {
  const [set, defaults] = [true, false].map((isSet) =>
    listing.filter(({ origin }) => (origin !== 'default') === isSet),
  ) as [ListedSetting[], ListedSetting[]]
  const details = [
    ...set.map(({ name, value, origin }) => `${name} = ${value} (${ORIGINS[origin]})`),
    `by default: ${defaults.map(({ name, value }) => `${name} = ${value}`).join(', ')}`,
  ]
  const summary = `${set.length} set, ${defaults.length} by default`
  if (entryProblem !== null) {
    return problem('Studio would not start', entryProblem, [...problems, ...details])
  }
  if (problems.length === 0) return ok(summary, details)
  const next = 'correct what the lines name; until then the defaults are used'
  return warning(`${summary}; not usable: ${problems.length}`, next, [...problems, ...details])
}
