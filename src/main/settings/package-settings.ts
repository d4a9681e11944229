import { printable, quoted } from './printable'
import type { Problems } from './problems'
import type { SettingsFile } from './settings-file'

/** The key of the app's package.json. Part of the contract. */
const KEY = 'studioMonitor'

export interface PackageSettings {
  /** The source's name in messages. */
  readonly label: string
  readonly values: ReadonlyMap<string, unknown>
}

/** The settings in the app's package.json; `null` without any. A package.json that is damaged is Electron's to report. */
export function packageSettings(
  file: string,
  read: SettingsFile,
  problems: Problems,
): PackageSettings | null {
  const given = read.values?.get(KEY)
  if (given === undefined || given === null) return null
  const label = `${printable(file)}, "${KEY}"`
  if (typeof given !== 'object' || Array.isArray(given)) {
    problems.add(() => `${label} is ${quoted(given)}; accepted: an object of settings; it is ignored`)
    return null
  }
  return { label, values: new Map(Object.entries(given)) }
}
