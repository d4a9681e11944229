import type { Tracer } from 'dd-trace'
import { flushTraces, takeUnsentTraces } from '../../common/tracing/dd-trace/flush'
import { summariseError, summariseStack } from '../jobs/error-summary'
import type { JobTracker } from '../jobs/job-tracker'
import type { Profiler } from '../profiler'
import type { MonitorPort } from './monitor-port'

/** Time for the Agent to respond before the backend is asked to stop, in milliseconds. */
const FLUSH_DEADLINE_MS = 1_000

/** Hands spans that finished just before the exit to main: `exit` leaves no time to send anything. */
export function handOverUnsentTraces(tracer: Tracer | null, port: MonitorPort): void {
  process.on('exit', () => {
    const unsent = takeUnsentTraces(tracer)
    if (unsent) port.send({ type: 'unsent-traces', ...unsent })
  })
}

/** Reports uncaught exceptions to main; Node still ends the process as it would have. */
export function reportUncaughtExceptions(port: MonitorPort): void {
  process.on('uncaughtExceptionMonitor', (error) => {
    port.send({ type: 'uncaught-exception', error: summariseError(error), stack: summariseStack(error) })
  })
}

/**
 * Ignores Ctrl-C in a terminal, which reaches every process of the group: main gets it too, and asks the
 * backend to stop.
 */
export function surviveTerminalInterrupt(): void {
  process.on('SIGINT', () => {})
}

/**
 * Stops the backend on request, the way Node programs are asked: its own SIGTERM listeners run. A backend
 * without any has nothing to finish, and exits at once.
 */
export function stopWhenAsked(
  tracer: Tracer | null,
  profiler: Profiler | null,
  port: MonitorPort,
  jobs: Pick<JobTracker, 'giveUp'> | null = null,
): void {
  const before = process.listenerCount('SIGTERM')
  let asked = false
  port.onMessage((message) => {
    if ((message.type !== 'stop' && message.type !== 'dismiss') || asked) return
    asked = true
    // Ahead of the handover of unsent spans. Not now: the backend may still finish what it does.
    if (message.type === 'stop') process.prependListener('exit', () => jobs?.giveUp())
    // Nothing runs here any more.
    else if (!message.isLoss) jobs?.giveUp()
    Promise.all([flushTraces(tracer, FLUSH_DEADLINE_MS), profiler?.finish()]).then(() => {
      if (process.listenerCount('SIGTERM') > before) process.emit('SIGTERM', 'SIGTERM')
      else process.exit(0)
    })
  })
}
