import type { Tracer } from 'dd-trace'
import { flushTraces, takeUnsentTraces } from '../../common/tracing/dd-trace/flush'
import { summariseError } from '../jobs/error-summary'
import type { Profiler } from '../profiler'
import type { MonitorPort } from './monitor-port'

/** What the Agent gets to answer before the backend is asked to end, in milliseconds. */
const FLUSH_DEADLINE_MS = 1_000

/** Spans finished just before the end reach the Agent through main: `exit` leaves no time to send anything. */
export function handOverUnsentTraces(tracer: Tracer | null, port: MonitorPort): void {
  process.on('exit', () => {
    const unsent = takeUnsentTraces(tracer)
    if (unsent) port.send({ type: 'unsent-traces', ...unsent })
  })
}

/** Node still ends the process as it would have: this only tells main why. */
export function reportUncaughtExceptions(port: MonitorPort): void {
  process.on('uncaughtExceptionMonitor', (error) => {
    port.send({ type: 'uncaught-exception', error: summariseError(error) })
  })
}

/** Ctrl-C in a terminal reaches every process of the group. Main hears it too, and asks. */
export function surviveTerminalInterrupt(): void {
  process.on('SIGINT', () => {})
}

/**
 * Asks the backend to end the way Node programs are asked: its own SIGTERM listeners run. A backend without
 * any has nothing to finish, and ends at once.
 */
export function stopWhenAsked(tracer: Tracer | null, profiler: Profiler | null, port: MonitorPort): void {
  const before = process.listenerCount('SIGTERM')
  let asked = false
  port.onMessage((message) => {
    if (message.type !== 'stop' || asked) return
    asked = true
    Promise.all([flushTraces(tracer, FLUSH_DEADLINE_MS), profiler?.finish()]).then(() => {
      if (process.listenerCount('SIGTERM') > before) process.emit('SIGTERM', 'SIGTERM')
      else process.exit(0)
    })
  })
}
