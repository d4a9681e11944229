import path from 'node:path'
import { isSecretName } from '../../common/privacy/secrets'
import { dataPaths } from '../../common/storage/data-folder'
import { isExposed } from './exposed-file'
import { printable } from './printable'
import type { Problems } from './problems'
import { readSettingsFile } from './settings-file'

/**
 * The variable that names another user file. Read from the environment alone: it says where the files are.
 */
export const CONFIG_VARIABLE = 'STUDIO_MONITOR_CONFIG'

/** The installer's, which lies among the files of others. */
const INSTALLER_FILE = 'studio-monitor.json'

export type SourceKind = 'environment' | 'user-file' | 'installer-file'

/** One source of settings. */
export interface Source {
  readonly kind: SourceKind
  /** The name of the source in messages: `environment`, or the file's path. */
  readonly label: string
  /** The folder that its relative paths start from; empty for the working folder. */
  readonly folder: string
  /** The values: never empty text and never `null`, which count as not set. */
  readonly values: ReadonlyMap<string, unknown>
}

export interface SourcesContext {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly dataFolder: string
  /** The folder of the installer's files; `null` if there is none. */
  readonly resourcesFolder: string | null
}

/** The existing sources, in descending precedence. */
export function readSources(context: SourcesContext, problems: Problems): readonly Source[] {
  const environment = environmentSource(context.env, process.platform)
  const chosen = environment.values.get(CONFIG_VARIABLE)
  const userFile =
    typeof chosen === 'string'
      ? fileSource('user-file', path.resolve(chosen), true, problems)
      : fileSource('user-file', dataPaths(context.dataFolder).settings, false, problems)
  const installerFile =
    context.resourcesFolder === null
      ? null
      : fileSource('installer-file', path.join(context.resourcesFolder, INSTALLER_FILE), false, problems)
  return [environment, userFile, installerFile].filter((source) => source !== null)
}

export function environmentSource(env: SourcesContext['env'], platform: NodeJS.Platform): Source {
  const values = new Map<string, string>()
  for (const [key, value] of Object.entries(env)) {
    // On Windows the names of variables are case-insensitive.
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
    // The installer's file is public, and whoever made the installer knows that.
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
