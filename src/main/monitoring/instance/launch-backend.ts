import path from 'node:path'
import { app } from 'electron'
import { engineArgument } from '../../../common/engine/config'
import { sendGate } from '../../../common/privacy/send-gate'
import type { Profiling } from '../../../common/protocol/messages'
import { dataPaths } from '../../../common/storage/data-folder'
import { serviceLogContext } from '../../../common/tracing/log-context'
import type { EngineChoice, EnvironmentChanges } from '../../backend/choice'
import { lineLevel } from '../../backend/engine/line-level'
import { BackendOutput, type BackendOutputOptions } from '../../backend/output'
import { newRunMarker } from '../../backend/run-marker'
import type { Logs } from '../../logging/logs'
import { boot, settings, tracedEnvironment, way } from '../../startup/tracer'
import { backendEnvironment, keptSecrets } from './backend-environment'
import { BackendInstance, type BackendInstanceOptions } from './backend-instance'
import { crashDumps } from './crash-dumps'

export interface LaunchOptions
  extends Pick<
    BackendInstanceOptions,
    | 'entry'
    | 'args'
    | 'cwd'
    | 'idleRunner'
    | 'onMessage'
    | 'runningJobs'
    | 'onParentPortMessage'
    | 'lastHeap'
    | 'onUnresponsive'
    | 'onEngineUnresponsive'
  > {
  readonly dataFolder: string
  readonly logs: Logs
  readonly onLine: NonNullable<BackendOutputOptions['onLine']>
  readonly engine: EngineChoice | null
  /** The variables that the app asked for, on top of its own environment. */
  readonly env: EnvironmentChanges
}

/** Forks the backend once, as the settings say, with its output in the log. */
export function launchBackend({
  dataFolder,
  logs,
  engine,
  env,
  onLine,
  ...options
}: LaunchOptions): BackendInstance {
  // A runner that starts its next engine has its own in its environment.
  const marker = options.idleRunner?.marker ?? newRunMarker(dataFolder)
  const environment = { ...tracedEnvironment(), ...env }
  const probeFolder = engine?.isProbed ? dataPaths(dataFolder).engineProbe : null
  const output = new BackendOutput({
    marker,
    file: logs.backend,
    terminal: app.isPackaged ? null : logs.terminal,
    context: settings.DD_LOGS_INJECTION ? serviceLogContext(boot.tracer) : null,
    onLine,
    // The engine logs everything to stderr, and the marks are the runner's.
    levelOf: engine ? lineLevel : null,
    now: Date.now,
  })
  const run = new BackendInstance({
    ...options,
    ...(engine && {
      args: [
        engineArgument({
          ...engine,
          probeFolder,
          profiling: profilingSettings(dataFolder),
          recordFile: dataPaths(dataFolder).engine,
        }),
      ],
    }),
    marker,
    bootstrap: path.join(__dirname, '../preload/index.cjs'),
    env: backendEnvironment(environment, way, sendGate.consent),
    secrets: keptSecrets(environment),
    heapLimitBytes: settings.STUDIO_HEAP_LIMIT,
    memoryLimitBytes: settings.STUDIO_MEMORY_LIMIT,
    // The runner's own heap and CPU time say nothing about the engine's.
    profiling: engine ? null : profilingSettings(dataFolder),
    hasEngine: engine !== null,
    crashes: crashDumps(dataFolder),
    log: logs.monitor,
    onOutput: (stream, chunk) => output.push(stream, chunk),
    lastWords: (isOver) => {
      if (isOver) output.end()
      return output.lastWords()
    },
  })
  run.exited.then(() => output.end())
  return run
}

function profilingSettings(dataFolder: string): Profiling | null {
  if (settings.DD_PROFILING_ENABLED === false) return null
  return {
    folder: dataPaths(dataFolder).profiles,
    periodMs: settings.DD_PROFILING_UPLOAD_PERIOD * 1_000,
    memoryLimitBytes: settings.STUDIO_MEMORY_LIMIT,
  }
}
