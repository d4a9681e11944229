// Runs in the utility process ahead of the Studio backend. The order matters.

import { hideAlso } from '../common/privacy/scrubber'
import { sendGate } from '../common/privacy/send-gate'
import type { Hello } from '../common/protocol/messages'
import { appTags } from '../common/tracing/app-tags'
import { addTracerTags, tracerTags } from '../common/tracing/dd-trace/tracer-tags'
import { trackJobs } from './jobs/job-channel'
import { followThreads } from './jobs/worker-threads/follow'
import { injectIntoLogs } from './logs/log-injection'
import {
  handOverUnsentTraces,
  reportUncaughtExceptions,
  stopWhenAsked,
  surviveTerminalInterrupt,
} from './process/ending'
import { noteForecasts } from './process/forecasts'
import { sendHeartbeats } from './process/heartbeat'
import { type ImportModule, loadBackend } from './process/load-backend'
import { publishMemoryPressure } from './process/memory-pressure'
import { type MonitorPort, openMonitorPort } from './process/monitor-port'
import { traceParentPort } from './process/parent-port'
import { passOnRunnerNews } from './process/runner-news'
import { endStandby, standBy } from './process/standby'
import { boot } from './process/tracer'
import { passOnWrittenProfiles } from './process/written-profiles'
import { profiledRun, startProfiler } from './profiler'

export function start(importModule: ImportModule): void {
  const { parentPort } = process
  openMonitorPort(parentPort, (port, hello) => runBackend(port, hello, importModule))
  standBy(parentPort)
}

async function runBackend(
  port: MonitorPort,
  { heapLimitBytes, profiling, secrets, tags, program }: Hello,
  importModule: ImportModule,
): Promise<void> {
  endStandby()
  hideAlso(secrets)
  appTags.set(tags)
  const warn = (message: string) => port.send({ type: 'warning', message })
  /** Runs a step of the monitor: if it fails, the backend is loaded all the same. */
  const attempt = <Result>(what: string, step: () => Result): Result | null => {
    try {
      return step()
    } catch (error) {
      warn(`${what} failed (continuing without it): ${error instanceof Error ? error.message : error}`)
      return null
    }
  }
  port.onMessage((message) => {
    if (message.type === 'consent') sendGate.answer(message.consent)
    if (message.type === 'app-tags') appTags.set(message.tags)
  })
  const { tracer } = boot
  attempt('tagging spans', () => appTags.follow((now) => addTracerTags(tracer, now)))
  const run = profiledRun(Date.now())
  const { 'runtime-id': runtimeId = null } = tracerTags(tracer)
  port.send({
    type: 'booted',
    run,
    runtimeId,
    loadedBefore: [...boot.loadedBefore],
    codeCache: boot.codeCache,
  })
  if (boot.failure) warn(`the backend is not traced: ${boot.failure}`)
  boot.traces?.watch((failure) => port.send({ type: 'traces-delivery', failure }))
  boot.tap?.open((payload, count) => port.send({ type: 'unsent-traces', payload, count }))
  attempt('keeping the last spans', () => handOverUnsentTraces(tracer, port))
  attempt('reporting uncaught exceptions', () => reportUncaughtExceptions(port))
  attempt('ignoring Ctrl-C', surviveTerminalInterrupt)
  attempt('putting trace ids into logs', () => injectIntoLogs(tracer))
  attempt('sending heartbeats', () => sendHeartbeats(port, heapLimitBytes))
  const profiler =
    profiling &&
    attempt('profiling', () => startProfiler({ ...profiling, heapLimitBytes, run, tracer, port, warn }))
  attempt('passing on written profiles', () => passOnWrittenProfiles(port))
  attempt('tracing messages', () => traceParentPort(process.parentPort, tracer))
  const jobs = attempt('tracking jobs', () => trackJobs({ tracer, port, now: Date.now }))
  if (jobs) attempt('tracking jobs of worker threads', () => followThreads(jobs))
  attempt('hearing of an engine', () => passOnRunnerNews(port, jobs))
  attempt('noting forecasts', () => noteForecasts(port, jobs))
  attempt('publishing memory pressure', () => publishMemoryPressure(port, profiler || null))
  stopWhenAsked(tracer, profiler, port, jobs)
  await profiler?.started
  await loadBackend(argumentsFor(program), port, importModule)
}

/** `process.argv` as a fork for this program has it. */
function argumentsFor(program: Hello['program']): string[] {
  const [executable = '', bootstrap = ''] = process.argv
  return program ? [executable, bootstrap, program.entry, ...program.args] : process.argv
}
