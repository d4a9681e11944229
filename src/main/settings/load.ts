import type { Consent } from '../../common/privacy/consent'
import { REDACTED } from '../../common/privacy/found'
import { mayHoldSecret } from '../../common/privacy/secrets'
import { ChosenByOthers } from './chosen-by-others'
import { datadogEnvironment, otherDatadogValues } from './datadog-environment'
import {
  type DefaultsContext,
  SETTING_NAMES,
  SETTINGS,
  type Setting,
  type SettingName,
  type Settings,
} from './definitions'
import { type Found, find } from './lookup'
import { packageConsent } from './package-consent'
import { shownValue } from './printable'
import { Problems } from './problems'
import { wayProblems } from './sending-way'
import { readSources, type SourceKind, type SourcesContext } from './sources'
import { reportUnknownNames } from './unknown-names'

export type SettingsContext = SourcesContext & DefaultsContext
/** The places that a value may come from, the strongest first. */
export const ORIGINS = [
  'environment',
  'user-file',
  'installer-file',
  'options',
  'package',
  'default',
] as const satisfies readonly (SourceKind | 'default')[]
export type Origin = SourceKind | 'default'

export interface ListedSetting {
  readonly name: string
  /** The value as text, with secrets hidden. */
  readonly value: string
  readonly origin: Origin
}

export interface LoadedSettings {
  readonly settings: Settings
  /** The origin of each value, for every setting and every `DD_*` name that is passed on. */
  readonly origins: Readonly<Record<string, Origin>>
  /** The problems, a line each: what was wrong, where, what is accepted, what happens now. No secrets. */
  readonly problems: readonly string[]
  /** The answer in the app's package.json, whether anything may leave; `null` for none. */
  readonly consent: Consent | null
  /** The variables for dd-trace in all processes, over those of the environment. They may hold secrets. */
  readonly datadogEnvironment: Readonly<Record<string, string>>
  /** Gives every name with its value and origin, for display: secrets are hidden. */
  readonly listing: () => readonly ListedSetting[]
}

/**
 * Loads all settings. Never throws: a value that cannot be used becomes a line in `problems`, and its default
 * is used. Reads two small files and nothing else.
 */
export function loadSettings(context: SettingsContext): LoadedSettings {
  const problems = new Problems()
  const sources = readSources(context, problems)
  const listing: (ListedSetting & { readonly isSet: boolean })[] = []
  const list = (name: string, value: string, origin: Origin, isSet = true) =>
    listing.push({ name, value, origin, isSet })

  const choosing = new ChosenByOthers(sources, context.packaged, problems)
  /** Whoever installs the app could read the key in it, and Datadog's own advice is not to ship one. */
  const usable = (name: SettingName, found: Found | null): Found | null => {
    const isShipped = found?.source.kind === 'installer-file' || found?.source.kind === 'package'
    if (name !== 'DD_API_KEY' || !context.packaged || !isShipped) return found
    const { label } = found.source
    problems.add(
      () =>
        `${label}: DD_API_KEY is refused: everybody who has the app could read it and send as you; accepted there: DD_CLIENT_TOKEN or DD_INTAKE_PROXY; it is ignored`,
    )
    return null
  }

  const resolve = <T>(name: SettingName, setting: Setting<T>): T => {
    const found = usable(name, find(choosing.sourcesOf(name), name, setting.aliases))
    const parsed = found && setting.parser.parse(found.raw, found.source.folder)
    const value = parsed?.ok ? parsed.value : setting.fallback(context)
    const shown = setting.parser.show(value)
    list(name, shown, found && parsed?.ok ? found.source.kind : 'default', value !== null)
    if (found && !parsed?.ok) {
      const bad = shownValue(found.name, found.raw)
      const { accepted } = setting.parser
      problems.add(
        () =>
          `${found.source.label}: ${found.name} is ${bad}; accepted: ${accepted}; the default is used: ${shown}`,
      )
    }
    return value
  }

  const entries = SETTING_NAMES.map((name) => [
    name,
    resolve<unknown>(name, SETTINGS[name] as Setting<unknown>),
  ])
  // By definition, `Settings` has the table's keys and its parsers' types.
  const settings = Object.freeze(Object.fromEntries(entries)) as Settings

  choosing.report()
  const passedOn = otherDatadogValues(sources, problems)
  for (const [name, { text, source }] of passedOn) list(name, text, source)
  reportUnknownNames(sources, problems)
  const consent = packageConsent(sources, problems)
  for (const problem of wayProblems(settings)) problems.add(() => `settings: ${problem}`)

  return Object.freeze({
    settings,
    origins: Object.freeze(Object.fromEntries(listing.map(({ name, origin }) => [name, origin]))),
    problems: problems.lines(),
    consent,
    datadogEnvironment: Object.freeze(datadogEnvironment(settings, passedOn, sources)),
    // Only who shows them looks for secrets in them: a start does not.
    listing: () =>
      listing.map(({ isSet, ...listed }) =>
        isSet && mayHoldSecret(listed.name, listed.value) ? { ...listed, value: REDACTED } : listed,
      ),
  })
}
