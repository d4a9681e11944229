import { errorMonitor } from 'node:events'
import { syncBuiltinESMExports } from 'node:module'
import type { Worker, WorkerOptions } from 'node:worker_threads'
import type { Thrown } from './messages'
import { describeThrown } from './thrown'

/** The end of a worker thread. */
export interface WorkerEnd {
  /** Node's id of the thread. */
  readonly thread: number
  readonly exitCode: number
  /** The error that it died of; `null` without one. */
  readonly error: Thrown | null
}

/**
 * Has each worker thread that this one starts from now on run a file of ours first, which must exist.
 * @param onEnded called when one has ended
 * @param onStarted called with Node's id of one that has begun to start
 */
export function preloadWorkers(
  file: string,
  onEnded: (end: WorkerEnd) => void,
  onStarted: (thread: number) => void = () => {},
): void {
  const workerThreads = require('node:worker_threads') as { Worker: typeof Worker }
  workerThreads.Worker = new Proxy(workerThreads.Worker, {
    construct(target, [script, options, ...rest], newTarget) {
      const start = (given: unknown) =>
        Reflect.construct(target, [script, given, ...rest], newTarget) as Worker
      const worker = watched(startPreloaded(start, options, file), onEnded)
      onStarted(worker.threadId)
      return worker
    },
  })
  syncBuiltinESMExports()
}

function startPreloaded(start: (options: unknown) => Worker, options: unknown, file: string): Worker {
  const { execArgv: given } = Object(options) as WorkerOptions
  // Node says what is wrong with other values.
  if (
    (given !== undefined && !Array.isArray(given)) ||
    (options !== undefined && typeof options !== 'object')
  )
    return start(options)
  // Some of the process's own a thread accepts only as long as none is given: a heap limit is one of Chromium's.
  const inherited = [process.execArgv, process.execArgv.filter((one) => !one.startsWith('--js-flags=')), []]
  for (const execArgv of given ? [given] : inherited) {
    try {
      const preloaded = { value: [...execArgv, '--require', file], enumerable: true }
      return start(Object.create(Object(options), { execArgv: preloaded }))
    } catch (error) {
      if ((error as { code?: unknown } | null)?.code !== 'ERR_WORKER_INVALID_EXEC_ARGV') throw error
    }
  }
  return start(options)
}

function watched(worker: Worker, onEnded: (end: WorkerEnd) => void): Worker {
  const thread = worker.threadId
  let error: Thrown | null = null
  // As a listener of `error` it would keep the backend from hearing of it as an uncaught one.
  worker.on(errorMonitor, (thrown: unknown) => {
    error = describeThrown(thrown)
  })
  worker.once('exit', (exitCode) => onEnded({ thread, exitCode, error }))
  return worker
}
