import os from 'node:os'
import path from 'node:path'
import { app } from 'electron'
import { dataFolderIn } from '../../common/storage/data-folder'
import { traceBuiltins } from '../../common/tracing/traced-builtins'
import { traceImports } from '../../common/tracing/traced-imports'
import { startTracer } from '../../common/tracing/tracer'
import { readCgroupMemoryLimit } from '../memory/cgroup-limit'
import { loadSettings } from '../settings/load'
import { sendingWay } from '../settings/sending-way'
import { installationId, withMachineTag } from './installation-id'
import { userDataFolder } from './user-data'
import { leaveGoneFolder } from './working-folder'

leaveGoneFolder()

/**
 * The folder of the user's settings. Importing `studio-datadog-monitor/register` loads the settings, then
 * dd-trace, before anything else is loaded: it must be an app's first import.
 */
export const settingsFolder = dataFolderIn(userDataFolder())

const loaded = loadSettings({
  env: process.env,
  dataFolder: settingsFolder,
  resourcesFolder: process.resourcesPath ?? null,
  appVersion: app.getVersion(),
  packaged: app.isPackaged,
  exampleBackend: path.join(__dirname, '../examples/studio-backend.cjs'),
  totalMemoryBytes: os.totalmem(),
  cgroupLimitBytes: readCgroupMemoryLimit(),
})
// dd-trace reads the environment, and the backend inherits it.
Object.assign(process.env, loaded.datadogEnvironment)
export const installation = installationId(settingsFolder)
process.env.DD_TAGS = withMachineTag(process.env.DD_TAGS, loaded.settings.STUDIO_MACHINE ?? installation.id)

export const { settings, origins, problems, listing } = loaded
export const way = sendingWay(settings)
/** @internal An app that wants spans of its own asks for `dd-trace`: there is one tracer in a process. */
export const boot = startTracer('main', way.kind === 'agent' ? 'agent' : 'tap')

// An app whose main is an ES module.
if (!require.main) {
  traceBuiltins()
  traceImports()
}
