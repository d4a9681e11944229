import type { EffectiveSettings } from '../../settings/effective-settings'
import type { ListedSetting, Origin } from '../../settings/load'
import { type Finding, ok, problem, warning } from './check'

export interface SettingsFacts {
  readonly listing: readonly ListedSetting[]
  /** The settings of the app that runs; `null` where none does, or has said. */
  readonly running?: Pick<EffectiveSettings, 'settings' | 'problems'> | null
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
export function checkSettings({ running = null, entryProblem, ...here }: SettingsFacts): Finding {
  const listing = running?.settings ?? here.listing
  const problems = running?.problems ?? here.problems
  const [set, defaults] = [true, false].map((isSet) =>
    listing.filter(({ origin }) => (origin !== 'default') === isSet),
  ) as [ListedSetting[], ListedSetting[]]
  const details = [
    ...set.map(({ name, value, origin }) => `${name} = ${value} (${ORIGINS[origin]})`),
    ...(running ? differences(running.settings, here.listing) : []),
  ]
  const usual = [`by default: ${defaults.map(({ name, value }) => `${name} = ${value}`).join(', ')}`]
  const of = running ? ', in the app that runs' : ''
  const summary = `${set.length} set, ${defaults.length} by default${of}`
  if (entryProblem !== null) {
    return problem('Studio would not start', entryProblem, [...problems, ...details], usual)
  }
  if (problems.length === 0) return ok(summary, details, usual)
  const next = 'correct what the lines name; until then the defaults are used'
  return warning(`${summary}; not usable: ${problems.length}`, next, [...problems, ...details], usual)
}

/** The names whose values would be others in an app that was started from here, a line each. */
function differences(running: readonly ListedSetting[], here: readonly ListedSetting[]): string[] {
  const byName = (list: readonly ListedSetting[]) => new Map(list.map((each) => [each.name, each]))
  const [there, own] = [byName(running), byName(here)]
  // The app gives some in its code, which is not run here.
  const isOfCode = (name: string) => there.get(name)?.origin === 'options'
  const names = [...new Set([...there.keys(), ...own.keys()])].filter((name) => !isOfCode(name))
  const shown = (each: ListedSetting | undefined) =>
    each ? `${each.value} (${ORIGINS[each.origin]})` : 'not set'
  return names
    .filter((name) => there.get(name)?.value !== own.get(name)?.value)
    .map((name) => `started from here it would be otherwise: ${name} = ${shown(own.get(name))}`)
}
