import path from 'node:path'
import { isSecretName } from '../../common/privacy/secret-names'
import { dataPaths } from '../../common/storage/data-folder'
import { whyDistrusted } from './distrusted-file'
import { isExposed } from './exposed-file'
import { GIVEN_LABEL, givenSettings } from './given-settings'
import { packageSettings } from './package-settings'
import { printable } from './printable'
import type { Problems } from './problems'
import type { SettingsFile } from './settings-file'

/**
 * The variable that names another user file. Read from the environment alone: it says where the files are.
 */
export const CONFIG_VARIABLE = 'STUDIO_MONITOR_CONFIG'

/** The installer's, which lies among the files of others. */
const INSTALLER_FILE = 'studio-monitor.json'

/** In descending precedence. */
export const SOURCE_KINDS = ['environment', 'user-file', 'installer-file', 'options', 'package'] as const
export type SourceKind = (typeof SOURCE_KINDS)[number]

/** One source of settings. */
export interface Source {
  readonly kind: SourceKind
  /** The name of the source in messages: `environment`, the file's path, or the option. */
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
  /** The app's package.json; `null` if it has none. */
  readonly packageFile: string | null
  /** The settings that the app gives in code, unchecked. */
  readonly options: unknown
  /** `readSettingsFile`, or what it said before: values that dd-trace has read must not change afterwards. */
  readonly readFile: (file: string) => SettingsFile
}

/** The existing sources, in descending precedence. */
export function readSources(context: SourcesContext, problems: Problems): readonly Source[] {
  const environment = environmentSource(context.env, process.platform)
  const chosen = environment.values.get(CONFIG_VARIABLE)
  const userFile =
    typeof chosen === 'string'
      ? fileSource('user-file', path.resolve(chosen), true, context, problems)
      : fileSource('user-file', dataPaths(context.dataFolder).settings, false, context, problems)
  const installerFile =
    context.resourcesFolder === null
      ? null
      : fileSource(
          'installer-file',
          path.join(context.resourcesFolder, INSTALLER_FILE),
          false,
          context,
          problems,
        )
  const given = onlySet(givenSettings(context.options, problems))
  const options: Source | null =
    given.size === 0 ? null : { kind: 'options', label: GIVEN_LABEL, folder: '', values: given }
  return [environment, userFile, installerFile, options, packageSource(context, problems)].filter(
    (source) => source !== null,
  )
}

function packageSource({ packageFile, readFile }: SourcesContext, problems: Problems): Source | null {
  const found = packageFile === null ? null : packageSettings(packageFile, readFile(packageFile), problems)
  if (packageFile === null || found === null) return null
  return {
    kind: 'package',
    label: found.label,
    folder: path.dirname(packageFile),
    values: onlySet(found.values),
  }
}

const onlySet = (values: ReadonlyMap<string, unknown>) =>
  new Map([...values].filter(([, value]) => isSet(value)))

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
  { readFile }: SourcesContext,
  problems: Problems,
): Source | null {
  const label = printable(file)
  // Before it is read: nobody else has a say in what that costs.
  const distrust = whyDistrusted(file)
  if (distrust !== null) {
    problems.add(
      () =>
        `${label} ${distrust}; accepted: a file and folder of yours or root's that nobody else can write (chmod go-w); the file is ignored`,
    )
    return null
  }
  const found = readFile(file)
  if (found.values) {
    for (const { name, line, column } of found.repeated ?? [])
      problems.add(
        () =>
          `${label} has ${printable(name)} more than once, again in line ${line}, column ${column}; accepted: each name once; the last is used`,
      )
    const values = onlySet(found.values)
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
