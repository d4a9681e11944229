import path from 'node:path'
import v8 from 'node:v8'
import { Worker } from 'node:worker_threads'
import type { Tracer } from 'dd-trace'
import { withCachesKept } from '../../common/bundle/code-cache'
import { knownSecretsHere } from '../../common/privacy/scrubber'
import { BACKEND_MARKER, type Profiling } from '../../common/protocol/messages'
import type { ProfileSet } from '../../common/protocol/profile-set'
import { profileEvent } from '../../common/tracing/dd-trace/profile-event'
import type { MonitorPort } from '../process/monitor-port'
import { sampleFromNowOn } from './early-sampling'
import { HEAP_INTERVAL_BYTES } from './heap-sampler'
import { allowHold } from './main-thread-pause'
import type { ProfilerCommand, ProfilerConfig, ProfilerReport } from './messages'
import { shareVitals } from './share-vitals'

/** Longest wait of the backend for the thread, in milliseconds; measured, it takes some 100. */
const START_DEADLINE_MS = 1_000
/** Longest delay of an exit by the last profiles, in milliseconds. */
const FINISH_DEADLINE_MS = 1_000
/** Longest delay of the process's exit by the thread, in milliseconds. */
const LEAVE_DEADLINE_MS = 200
/**
 * Heap size, in bytes, up to which the backend waits for the thread: V8 takes about a second to fill this
 * much, the thread a tenth of that to start.
 */
const SOON_FULL_BYTES = 2 ** 30
/**
 * Heap limit of the thread: one that needs more ends, and reports it; without a limit the whole process
 * would.
 */
const MAX_THREAD_HEAP_MB = 256

export interface ProfilerOptions extends Profiling {
  readonly tracer: Tracer | null
  readonly run: string
  /** V8's heap limit, if one was set; in bytes. */
  readonly heapLimitBytes: number | null
  readonly port: Pick<MonitorPort, 'send'>
  readonly warn: (message: string) => void
}

/** The thread that profiles this one. A failure of it does not affect this one. */
export interface Profiler {
  /**
   * Resolves when the backend may be loaded. Its allocations are sampled already; a heap that it could fill
   * before the thread reads it waits for that thread, for a second at most. Never rejects.
   */
  readonly started: Promise<void>
  /** Takes main's reading of the whole tree's memory: near the limit a heap profile is taken. */
  lookAtTree(treeRssBytes: number): void
  /** Writes the last profiles; resolves after a second at most. Never rejects. */
  finish(): Promise<void>
}

/** Starts the profiler. Never throws: a thread that cannot be started is a warning. */
export function startProfiler(options: ProfilerOptions): Profiler {
  try {
    return startThread(options)
  } catch (error) {
    const reason = error instanceof Error ? error.message : error
    options.warn(`the backend is not profiled (continuing without): ${reason}`)
    return { started: Promise.resolve(), lookAtTree: () => {}, finish: () => Promise.resolve() }
  }
}

function startThread(options: ProfilerOptions): Profiler {
  const [attached, released] = [sharedInteger(), sharedInteger()]
  const config: ProfilerConfig = {
    folder: options.folder,
    run: options.run,
    periodMs: options.periodMs,
    heapLimitBytes: options.heapLimitBytes ?? v8.getHeapStatistics().heap_size_limit,
    memoryLimitBytes: options.memoryLimitBytes,
    marker: marker(),
    event: profileEvent(options.tracer, HEAP_INTERVAL_BYTES),
    secrets: knownSecretsHere(),
    vitals: shareVitals(),
    attached: attached.buffer,
    released: released.buffer,
  }
  keepInlinedFrames()
  if (config.heapLimitBytes <= SOON_FULL_BYTES) keepLoopsInterruptible()
  sampleFromNowOn()
  allowHold(released)
  const worker = new Worker(path.join(__dirname, 'profiler.cjs'), {
    workerData: config,
    name: 'studio-profiler',
    // The backend's flags and NODE_OPTIONS are not meant for this thread.
    execArgv: [],
    env: {},
    // It writes nothing there, and Node would make the process's own streams for it, at the start.
    stdout: true,
    stderr: true,
    // The thread's end is not the process's.
    resourceLimits: { maxOldGenerationSizeMb: MAX_THREAD_HEAP_MB },
  })
  let start: () => void = () => {}
  let finished: () => void = () => {}
  let ended = false
  worker.on('message', (report: ProfilerReport) => {
    if (report.type === 'started') start()
    if (report.type === 'written') options.port.send({ type: 'profiles-written' })
    if (report.type === 'cost') options.port.send({ ...report, type: 'profiler-cost' })
    if (report.type === 'warning') options.warn(report.message)
    if (report.type === 'finished') finished()
  })
  worker.on('error', (error) =>
    options.warn(`the profiler thread failed (continuing without): ${error.message}`),
  )
  worker.on('exit', () => {
    ended = true
    start()
    finished()
  })
  // After the listeners, which would keep the process alive.
  worker.unref()
  process.once('exit', () => {
    if (!ended) detachInspector(worker, attached)
  })
  return {
    started: new Promise((resolve) => {
      if (config.heapLimitBytes > SOON_FULL_BYTES) return resolve()
      const deadline = setTimeout(resolve, START_DEADLINE_MS)
      start = () => {
        clearTimeout(deadline)
        resolve()
      }
    }),
    lookAtTree: (treeRssBytes) => worker.postMessage({ treeRssBytes } satisfies ProfilerCommand),
    finish() {
      if (ended) return Promise.resolve()
      return new Promise((resolve) => {
        const deadline = setTimeout(resolve, FINISH_DEADLINE_MS)
        finished = () => {
          clearTimeout(deadline)
          resolve()
        }
        worker.postMessage('finish' satisfies ProfilerCommand)
      })
    },
  }
}

/** The variable with which main marks the backend's environment, see `BACKEND_MARKER`. */
function marker(): string | null {
  const value = process.env[BACKEND_MARKER]
  return value === undefined ? null : `${BACKEND_MARKER}=${value}`
}

/**
 * Keeps inlined frames visible: a profile does not show the callers that V8's middle optimiser has inlined
 * (measured on Electron 33, V8 13.0; Node 20 has no Maglev). The last optimiser still inlines, and its
 * inlining is known.
 */
function keepInlinedFrames(): void {
  withCachesKept(() => v8.setFlagsFromString('--no-maglev-inlining'))
}

/**
 * Keeps V8 from running loops in which it listens to nobody. Where it unrolls loops, it takes the check for interrupts out of
 * one that makes an array of a constant length, and no profile of it can be taken (measured on Electron 33, V8 13.0: of nine
 * endless loops four, each with `new Array(797)`). Small loops within loops, as over a pixel's colours, take 1.4 times as
 * long without (measured): so only for a heap that such a loop may fill before anything else is asked. A V8 that does not know the
 * option would complain of it on the backend's stderr: it is there from 12.4 to 14.1 at least (Node 22, 24 and 25), and not in 11.3.
 */
function keepLoopsInterruptible(): void {
  const major = Number.parseInt(process.versions.v8, 10)
  if (major < 12 || major > 14) return
  withCachesKept(() => v8.setFlagsFromString('--no-turboshaft-loop-unrolling'))
}

/**
 * Detaches the thread's inspector at the exit: Node would print that it waits for a debugger and, if the
 * backend has opened its own inspector, wait for ever.
 */
function detachInspector(worker: Worker, attached: Int32Array): void {
  worker.postMessage('leave' satisfies ProfilerCommand)
  Atomics.wait(attached, 0, 1, LEAVE_DEADLINE_MS)
}

function sharedInteger(): Int32Array & { readonly buffer: SharedArrayBuffer } {
  return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
}

/** Names one start of the backend so that it sorts by time. */
export function profiledRun(now: number): ProfileSet['run'] {
  return `${new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z-${process.pid}`
}
