import path from 'node:path'
import { isSecretName } from '../../common/privacy/secrets'
import { isExposed } from './exposed-file'
import { printable } from './printable'
import type { Problems } from './problems'
import { readSettingsFile } from './settings-file'

/** Names another user file. Read from the environment alone: it says where the files are. */
export const CONFIG_VARIABLE = 'STUDIO_MONITOR_CONFIG'

const FILE_NAME = 'studio-monitor.json'

/** The user's settings file, where nobody names another. */
export function ownFile(dataFolder: string): string {
  return path.join(dataFolder, FILE_NAME)
}

export type SourceKind = 'environment' | 'user-file' | 'installer-file'

/** One place that settings come from. */
export interface Source {
  readonly kind: SourceKind
  /** How a line names it: `environment`, or the file's path. */
  readonly label: string
  /** Where its relative paths start; empty for the working folder. */
  readonly folder: string
  /** Never empty text and never `null`: those count as not set. */
  readonly values: ReadonlyMap<string, unknown>
}

export interface SourcesContext {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly dataFolder: string
  /** Where the installer puts its files; `null` when there is no such folder. */
  readonly resourcesFolder: string | null
}

/** The sources that are there, the one that wins first. */
export function readSources(context: SourcesContext, problems: Problems): readonly Source[] {
  const environment = environmentSource(context.env, process.platform)
  const chosen = environment.values.get(CONFIG_VARIABLE)
  const userFile =
    typeof chosen === 'string'
      ? fileSource('user-file', path.resolve(chosen), true, problems)
      : fileSource('user-file', ownFile(context.dataFolder), false, problems)
  const installerFile =
    context.resourcesFolder === null
      ? null
      : fileSource('installer-file', path.join(context.resourcesFolder, FILE_NAME), false, problems)
  return [environment, userFile, installerFile].filter((source) => source !== null)
}

export function environmentSource(env: SourcesContext['env'], platform: NodeJS.Platform): Source {
  const values = new Map<string, string>()
  for (const [key, value] of Object.entries(env)) {
    // Windows does not tell upper from lower case there.
    const name = platform === 'win32' ? key.toUpperCase() : key
    if (isOurs(name) && isSet(value)) values.set(name, value)
  }
  return { kind: 'environment', label: 'environment', folder: '', values }
}

function fileSource(
  kind: 'user-file' | 'installer-file',
  file: string,
  expected: boolean,
  problems: Problems,
): Source | null {
  const label = printable(file)
  const found = readSettingsFile(file)
  if (found.values) {
    const values = new Map([...found.values].filter(([, value]) => isSet(value)))
    const secret = [...values.keys()].find((name) => isOurs(name) && isSecretName(name))
    // The installer's is everybody's, and whoever packed it knows.
    if (kind === 'user-file' && secret !== undefined && isExposed(file)) {
      problems.add(
        () => `${label} holds ${secret}, and other users can read it; accepted: chmod 600; the file is used`,
      )
    }
    return { kind, label, folder: path.dirname(file), values }
  }
  if (found.damage !== null) {
    problems.add(() => `${label} ${found.damage}; accepted: a JSON object of settings; the file is ignored`)
  } else if (expected) {
    problems.add(
      () => `environment: ${CONFIG_VARIABLE} names ${label}, which does not exist; no user file is read`,
    )
  }
  return null
}

function isOurs(name: string): boolean {
  return name.startsWith('DD_') || name.startsWith('STUDIO_')
}

function isSet<T>(value: T): value is NonNullable<T> {
  return value !== undefined && value !== null && !(typeof value === 'string' && value.trim() === '')
}
