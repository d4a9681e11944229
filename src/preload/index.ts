// What runs in the utility process ahead of the Studio backend. The order is the point.

import {
  handOverUnsentTraces,
  reportUncaughtExceptions,
  stopWhenAsked,
  surviveTerminalInterrupt,
} from './ending'
import { sendHeartbeats } from './heartbeat'
import { trackJobs } from './job-channel'
import { type ImportModule, loadBackend } from './load-backend'
import { injectIntoLogs } from './log-injection'
import { publishMemoryPressure } from './memory-pressure'
import { openMonitorPort } from './monitor-port'
import { traceParentPort } from './parent-port'
import { profiledRun, startProfiler } from './profiler'
import { boot } from './tracer'

export function start(importModule: ImportModule): void {
  openMonitorPort(process.parentPort, async (port, { heapLimitBytes, profiling }) => {
    const warn = (message: string) => port.send({ type: 'warning', message })
    /** Whatever of the monitor fails, the backend is loaded. */
    const attempt = <Result>(what: string, step: () => Result): Result | null => {
      try {
        return step()
      } catch (error) {
        warn(`${what} failed, the backend runs without: ${error instanceof Error ? error.message : error}`)
        return null
      }
    }
    const { tracer } = boot
    const run = profiledRun(Date.now())
    port.send({ type: 'booted', run, loadedBefore: [...boot.loadedBefore], codeCache: boot.codeCache })
    if (boot.failure) warn(`the backend is not traced: ${boot.failure}`)
    boot.traces?.watch((failure) => port.send({ type: 'traces-delivery', failure }))
    attempt('keeping the last spans', () => handOverUnsentTraces(tracer, port))
    attempt('reporting uncaught exceptions', () => reportUncaughtExceptions(port))
    attempt('ignoring Ctrl-C', surviveTerminalInterrupt)
    attempt('putting trace ids into logs', () => injectIntoLogs(tracer))
    attempt('sending heartbeats', () => sendHeartbeats(port, heapLimitBytes))
    const profiler =
      profiling &&
      attempt('profiling', () => startProfiler({ ...profiling, heapLimitBytes, run, tracer, port, warn }))
    attempt('tracing messages', () => traceParentPort(process.parentPort, tracer))
    attempt('tracking jobs', () => trackJobs({ tracer, port, now: Date.now }))
    attempt('publishing memory pressure', () => publishMemoryPressure(port, profiler || null))
    stopWhenAsked(tracer, profiler, port)
    await profiler?.started
    await loadBackend(process.argv, port, importModule)
  })
}
