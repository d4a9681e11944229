import { app } from 'electron'
import { serviceLogContext } from '../../../common/tracing/log-context'
import { lineLevel } from '../../backend/engine/line-level'
import { BackendOutput, type BackendOutputOptions } from '../../backend/output'
import { newRunMarker } from '../../backend/run-marker'
import type { Logs } from '../../logging/logs'
import { boot, settings } from '../../startup/tracer'
import { BackendInstance, type BackendInstanceOptions } from './backend-instance'
import { crashDumps } from './crash-dumps'
import { type AskedBackend, processOptions } from './process-options'

export interface LaunchOptions
  extends Pick<
    BackendInstanceOptions,
    | 'idleRunner'
    | 'forked'
    | 'onMessage'
    | 'runningJobs'
    | 'onParentPortMessage'
    | 'onBrokenOff'
    | 'lastHeap'
    | 'onUnresponsive'
    | 'onEngineUnresponsive'
  > {
  readonly backend: AskedBackend
  readonly dataFolder: string
  readonly logs: Logs
  readonly onLine: NonNullable<BackendOutputOptions['onLine']>
}

/** Starts the backend once, as the settings say, with its output in the log. */
export function launchBackend({
  dataFolder,
  logs,
  backend,
  onLine,
  ...options
}: LaunchOptions): BackendInstance {
  const { engine } = backend
  // A process that is there already has its own in its environment.
  const marker = (options.idleRunner ?? options.forked)?.marker ?? newRunMarker(dataFolder)
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
    ...processOptions(backend, dataFolder),
    marker,
    memoryLimitBytes: settings.STUDIO_MEMORY_LIMIT,
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
