import path from 'node:path'
import { engineArgument } from '../../../common/engine/config'
import { sendGate } from '../../../common/privacy/send-gate'
import type { Profiling } from '../../../common/protocol/messages'
import { dataPaths } from '../../../common/storage/data-folder'
import type { BackendProcessOptions } from '../../backend/process'
import { settings, tracedEnvironment, way } from '../../startup/tracer'
import type { StartableBackend } from '../session-context'
import { backendEnvironment, keptSecrets } from './backend-environment'

/** The backend as the app asks for it. */
export type AskedBackend = Pick<StartableBackend, 'engine' | 'entry' | 'args' | 'cwd' | 'env'>

/** All that a process of the backend's gets, by its fork or in its first message. */
export type ProcessOptions = Pick<
  BackendProcessOptions,
  'bootstrap' | 'entry' | 'args' | 'cwd' | 'env' | 'secrets' | 'heapLimitBytes' | 'profiling'
>

/** The options that a backend's process is started with now, as the settings and the app's environment say. */
export function processOptions(
  { engine, entry, args, cwd, env }: AskedBackend,
  dataFolder: string,
): ProcessOptions {
  const environment = { ...tracedEnvironment(), ...env }
  const probeFolder = engine?.isProbed ? dataPaths(dataFolder).engineProbe : null
  const profiling = profilingSettings(dataFolder)
  const recordFile = dataPaths(dataFolder).engine
  return {
    bootstrap: path.join(__dirname, '../preload/index.cjs'),
    entry,
    args: engine ? [engineArgument({ ...engine, probeFolder, profiling, recordFile })] : args,
    cwd,
    env: backendEnvironment(environment, way, sendGate.consent),
    secrets: keptSecrets(environment),
    heapLimitBytes: settings.STUDIO_HEAP_LIMIT,
    // The runner's own heap and CPU time say nothing about the engine's.
    profiling: engine ? null : profiling,
  }
}

function profilingSettings(dataFolder: string): Profiling | null {
  if (settings.DD_PROFILING_ENABLED === false) return null
  return {
    folder: dataPaths(dataFolder).profiles,
    periodMs: settings.DD_PROFILING_UPLOAD_PERIOD * 1_000,
    memoryLimitBytes: settings.STUDIO_MEMORY_LIMIT,
  }
}
