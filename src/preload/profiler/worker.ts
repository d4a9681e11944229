// The profiler thread. It drives the main thread's inspector, which responds even while the main thread never
// yields, and writes the profiles to the disk: main, another process, delivers them.
import { setTimeout as sleep } from 'node:timers/promises'
import { parentPort, threadId, workerData } from 'node:worker_threads'
import { hideAlso } from '../../common/privacy/scrubber'
import { LinuxTree } from '../../common/process/linux-tree'
import { Collector } from './collector'
import { CpuRecorder } from './cpu-recorder'
import { HeapSampler } from './heap-sampler'
import { InspectorSession } from './inspector-session'
import { MainThreadPause } from './main-thread-pause'
import {
  COST_MS,
  type ProfilerCommand,
  type ProfilerConfig,
  type ProfilerReport,
  VITALS,
  VITALS_MS,
} from './messages'
import { lookInterval } from './near-death'
import { ProfileFiles } from './profile-files'
import { threadCost } from './thread-cost'
import { Silence } from './unresponsive'
import { watchWorkers } from './worker-threads'

const config = workerData as ProfilerConfig
hideAlso(config.secrets)
const report = (message: ProfilerReport) => parentPort?.postMessage(message)
const vitals = new Float64Array(config.vitals)
const attached = new Int32Array(config.attached)
const vital = (place: number) => vitals[place] ?? 0
// Not `performance.timeOrigin + performance.now()`: that stands still while the computer sleeps.
const nowMicros = () => Date.now() * 1_000

// Waiting for the inspector's response does not keep a thread alive.
setInterval(() => {}, 2 ** 30)

async function main(): Promise<void> {
  Atomics.store(attached, 0, 1)
  setInterval(() => report({ type: 'cost', ...threadCost() }), COST_MS)
  const session = InspectorSession.connect()
  const started = startCollector(session)
  obey(session, started)
  const collector = await started
  report({ type: 'started' })
  watchWorkers(session, threadId, (worker) => void collector.watchWorker(worker)).catch(
    failed("the backend's worker threads are not profiled"),
  )
  setInterval(() => collector.period(), config.periodMs)
  const silence = new Silence()
  setInterval(() => collector.onSilence(silence.look(vital(VITALS.beats), performance.now())), VITALS_MS)
  const tree =
    process.platform === 'linux'
      ? new LinuxTree(process.pid, config.marker === null ? {} : { marker: config.marker })
      : null
  const treeRssBytes = () => tree?.read()?.rssBytes ?? process.memoryUsage.rss()
  let treeSeenAt = Number.NEGATIVE_INFINITY
  for (;;) {
    const usedBytes = await collector.look()
    // After the reading of the heap, which the main thread does not serve while native code blocks it:
    // profiles would queue up.
    if (config.memoryLimitBytes !== null && performance.now() - treeSeenAt >= VITALS_MS) {
      treeSeenAt = performance.now()
      await collector.lookAtTree(treeRssBytes())
    }
    await sleep(lookInterval(usedBytes, config.heapLimitBytes))
  }
}

async function startCollector(session: InspectorSession): Promise<Collector> {
  await CpuRecorder.prepare(session)
  return new Collector({
    files: new ProfileFiles(config.folder, config.run, config.event),
    heap: await HeapSampler.start(session, () => performance.now()),
    wall: await CpuRecorder.start(session, 'studio-monitor', nowMicros),
    recordCpu: (name) => CpuRecorder.start(session, `studio-monitor-${name}`, nowMicros),
    hold: await MainThreadPause.prepare(session, new Int32Array(config.released)),
    heapLimitBytes: config.heapLimitBytes,
    memoryLimitBytes: config.memoryLimitBytes,
    vitals: () => ({
      usedBytes: vital(VITALS.usedBytes),
      smallObjectBytes: vital(VITALS.smallObjectBytes),
    }),
    report,
  })
}

function obey(session: InspectorSession, started: Promise<Collector>): void {
  const leave = () => {
    session.disconnect()
    Atomics.store(attached, 0, 0)
    Atomics.notify(attached, 0)
  }
  parentPort?.on('message', (command: ProfilerCommand) => {
    if (command === 'leave') leave()
    if (typeof command === 'object')
      started.then((collector) => collector.lookAtTree(command.treeRssBytes)).catch(() => {})
    const finished = () => report({ type: 'finished' })
    if (command === 'finish') started.then((collector) => collector.finish()).then(finished, finished)
  })
  // Node reports it too, right before it waits: a backend may have removed the listener that gives the
  // command.
  session.onNotification('NodeRuntime.waitingForDisconnect', leave)
  session.post('NodeRuntime.notifyWhenWaitingForDisconnect', { enabled: true }).catch(() => {})
}

const failed = (what: string) => (error: unknown) =>
  report({ type: 'warning', message: `${what}: ${error instanceof Error ? error.message : error}` })

main().catch(failed('the backend is not profiled'))
