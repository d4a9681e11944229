import os from 'node:os'
import path from 'node:path'
import { app } from 'electron'
import { hideAlso } from '../../common/privacy/scrubber'
import { isSecretName } from '../../common/privacy/secret-names'
import { sendGate } from '../../common/privacy/send-gate'
import { dataFolderIn } from '../../common/storage/data-folder'
import type { Environment } from '../../common/tracing/dd-trace/environment'
import { traceBuiltins } from '../../common/tracing/traced-builtins'
import { traceImports } from '../../common/tracing/traced-imports'
import { startTracer } from '../../common/tracing/tracer'
import { readCgroupMemoryLimit } from '../memory/cgroup-limit'
import { consentAtImport } from '../settings/consent-at-import'
import { lateNames } from '../settings/late-names'
import { loadSettings, type SettingsContext } from '../settings/load'
import { sendingWay } from '../settings/sending-way'
import { readSettingsFile, type SettingsFile } from '../settings/settings-file'
import { isDatadogName } from '../settings/unknown-names'
import { appManifest } from './app-manifest'
import { isElectronsApp } from './electrons-app'
import { installationId, withMachineTag } from './installation-id'
import { userDataFolder } from './user-data'
import { leaveGoneFolder } from './working-folder'

leaveGoneFolder()

/**
 * The folder of the user's settings. Importing `studio-datadog-monitor/register` loads the settings, then
 * dd-trace, before anything else is loaded: it must be an app's first import.
 */
export const settingsFolder = dataFolderIn(userDataFolder())

/** The environment in which the app began: a later change comes too late for dd-trace. */
const atImport: Environment = { ...process.env }
const files = new Map<string, SettingsFile>()

const context: SettingsContext = {
  env: atImport,
  dataFolder: settingsFolder,
  resourcesFolder: process.resourcesPath ?? null,
  packageFile: appManifest(),
  options: undefined,
  readFile: (file) => {
    const read = files.get(file) ?? readSettingsFile(file)
    files.set(file, read)
    return read
  },
  appVersion: app.getVersion(),
  embeddingApp: isElectronsApp(__dirname) ? null : app.getName(),
  packaged: app.isPackaged,
  exampleBackend: path.join(__dirname, '../examples/studio-backend.cjs'),
  totalMemoryBytes: os.totalmem(),
  cgroupLimitBytes: readCgroupMemoryLimit(),
}
let loaded = loadSettings(context)
/** They change once, with what the app gives in code. */
export let { settings, origins, problems, listing } = loaded
export const installation = installationId(settingsFolder)

/**
 * @internal The environment of the tracer, and of the backend's: `process.env`, which each child of the app gets, with all `DD_*`
 * names as they were set when the app began, or are set in a file.
 */
export function tracedEnvironment(): Environment {
  const others = Object.entries(process.env).filter(([name]) => !isDatadogName(name))
  const datadog = Object.entries(atImport).filter(([name]) => isDatadogName(name))
  const environment = { ...Object.fromEntries([...others, ...datadog]), ...loaded.datadogEnvironment }
  const { DD_TAGS: tags } = environment
  return { ...environment, DD_TAGS: withMachineTag(tags, loaded.settings.STUDIO_MACHINE ?? installation.id) }
}

/** @internal Takes what the app gives in code, once; and says of the environment what came too late. */
export function applySettings(options: unknown): void {
  loaded = loadSettings({ ...context, options })
  ;({ settings, origins, listing } = loaded)
  problems = [...loaded.problems, ...lateNames(atImport, process.env, loaded.datadogEnvironment)]
}

hideAlso(
  Object.entries(loaded.datadogEnvironment).flatMap(([name, value]) => (isSecretName(name) ? [value] : [])),
)
export const way = sendingWay(settings)
/** @internal The answer in the app's package.json, whether anything may leave; `null` for none. */
export const packageConsent = loaded.consent
sendGate.answer(consentAtImport(settings.STUDIO_SEND, context.embeddingApp !== null, packageConsent))
/** @internal An app that wants spans of its own asks for `dd-trace`: there is one tracer in a process. */
export const boot = startTracer('main', way.kind === 'agent' ? 'agent' : 'tap', tracedEnvironment())

// An app whose main is an ES module.
if (!require.main) {
  traceBuiltins()
  traceImports()
}
