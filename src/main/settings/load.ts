import { datadogEnvironment, otherDatadogValues } from './datadog-environment'
import {
  type DefaultsContext,
  SETTING_NAMES,
  SETTINGS,
  type Setting,
  type SettingName,
  type Settings,
} from './definitions'
import { find } from './lookup'
import { HIDDEN, isSecret, shownValue } from './printable'
import { Problems } from './problems'
import { readSources, type SourceKind, type SourcesContext } from './sources'
import { reportUnknownNames } from './unknown-names'

export type SettingsContext = SourcesContext & DefaultsContext
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
  /** The variables to put into `process.env` before dd-trace is required. They may hold secrets. */
  readonly datadogEnvironment: Readonly<Record<string, string>>
  /** Every name with its value and origin, for display. */
  readonly listing: readonly ListedSetting[]
}

/**
 * Loads all settings. Never throws: a value that cannot be used becomes a line in `problems`, and its default
 * is used. Reads two small files and nothing else.
 */
export function loadSettings(context: SettingsContext): LoadedSettings {
  const problems = new Problems()
  const sources = readSources(context, problems)
  const listing: ListedSetting[] = []
  const list = (name: string, value: string, origin: Origin) =>
    listing.push({ name, value: isSecret(name, value) ? HIDDEN : value, origin })

  const resolve = <T>(name: SettingName, setting: Setting<T>): T => {
    const found = find(sources, name, setting.aliases)
    const parsed = found && setting.parser.parse(found.raw, found.source.folder)
    const value = parsed?.ok ? parsed.value : setting.fallback(context)
    const shown = setting.parser.show(value)
    list(name, shown, found && parsed?.ok ? found.source.kind : 'default')
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

  const others = otherDatadogValues(sources, problems)
  for (const [name, { text, source }] of others) list(name, text, source)
  reportUnknownNames(sources, problems)

  return Object.freeze({
    settings,
    origins: Object.freeze(Object.fromEntries(listing.map(({ name, origin }) => [name, origin]))),
    problems: problems.lines(),
    datadogEnvironment: Object.freeze(datadogEnvironment(settings, others, sources)),
    listing: Object.freeze(listing),
  })
}
