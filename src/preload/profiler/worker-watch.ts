import { setTimeout as sleep } from 'node:timers/promises'
import { THREAD_HEAP } from '../../common/protocol/thread-heap'
import { CpuRecorder } from './cpu-recorder'
import { HeapProfiling } from './heap-profiling'
import { HeapSampler } from './heap-sampler'
import type { Session } from './inspector-session'
import { lookInterval } from './near-death'
import { NearDeathWatch } from './near-death-watch'
import { NearLimitCpu } from './near-limit-cpu'
import { OWN_CODE } from './own-code'
import { encodeCpuProfile } from './pprof'
import type { SetWriter } from './set-writer'
import type { SourceMaps } from './source-maps'
import type { WorkerThread } from './worker-threads'

export interface WorkerWatchOptions {
  readonly writer: SetWriter
  readonly maps: SourceMaps
  /** V8's limit for the main thread, which is a worker's too where its own cannot be read; in bytes. */
  readonly heapLimitBytes: number
  readonly takenAlongMs?: number
}

const MIB = 2 ** 20
/** How often a worker that has just begun is asked for its limit, and the time between, in milliseconds. */
const [LIMIT_TRIES, LIMIT_AGAIN_MS] = [10, 20]
/** The time within which a worker's end is also the backend's, in milliseconds. */
const TAKEN_ALONG_MS = 30_000
/** A worker is not paused while its profile is written: it has nothing to be paused by. */
const NO_HOLD = { begin: () => {}, end: () => {} }
/** No vitals are told of a worker. */
const NO_VITALS = () => ({ usedBytes: 0, smallObjectBytes: 0 })

/** Keeps a profile of a worker's heap from shortly before it is full, as `NearDeathWatch` does of the main thread's. */
export async function watchWorker(worker: WorkerThread, options: WorkerWatchOptions): Promise<void> {
  const { writer, takenAlongMs = TAKEN_ALONG_MS } = options
  // What is asked of a worker that ends just then is never answered.
  await Promise.race([lookUntilItEnds(worker, options), endOf(worker.ended)])
  // A backend that its end takes along has died by then: its profile says nothing of a later death.
  await sleep(takenAlongMs, undefined, { ref: false })
  await writer.guarded(async () => writer.forgetNearDeath())
}

function endOf(ended: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (ended.aborted) resolve()
    else ended.addEventListener('abort', () => resolve(), { once: true })
  })
}

async function lookUntilItEnds({ session, ended }: WorkerThread, options: WorkerWatchOptions): Promise<void> {
  const { writer, maps } = options
  const now = () => performance.now()
  const nowMicros = () => Date.now() * 1_000
  const heap = await HeapSampler.start(session, now)
  await CpuRecorder.prepare(session)
  // V8's flag goes before `resourceLimits`; if these are greater after all, profiles begin early.
  const heapLimitBytes = Math.min(
    (await limitOf(session)) ?? Number.POSITIVE_INFINITY,
    options.heapLimitBytes,
  )
  const watch = new NearDeathWatch({
    heap,
    now,
    maps,
    writer,
    heapLimitBytes,
    memoryLimitBytes: null,
    hold: NO_HOLD,
    takes: new HeapProfiling({ heap, heapLimitBytes, vitals: NO_VITALS }, now),
    cpu: new NearLimitCpu(
      () => CpuRecorder.start(session, 'studio-monitor-near', nowMicros),
      (cpu) => encodeCpuProfile(cpu, maps),
      now,
    ),
  })
  while (!ended.aborted) {
    const usedBytes = await watch.look()
    await sleep(lookInterval(usedBytes, heapLimitBytes))
  }
}

/**
 * The limit of the worker's own heap, in bytes, without the young objects: `resourceLimits` may give it one. `null` where it has
 * none, and where the worker does not say so in time.
 */
async function limitOf(session: Session, tries = LIMIT_TRIES): Promise<number | null> {
  const { result } = await session.post<{ result: { value?: unknown } }>('Runtime.evaluate', {
    expression: `globalThis[Symbol.for('${THREAD_HEAP}')]${OWN_CODE}`,
    returnByValue: true,
    silent: true,
  })
  if (typeof result.value === 'number') return result.value > 0 ? result.value * MIB : null
  if (tries <= 1) return null
  await sleep(LIMIT_AGAIN_MS)
  return limitOf(session, tries - 1)
}
