import { channel } from 'node:diagnostics_channel'
import type { Profiler } from '../profiler'
import type { MonitorPort } from './monitor-port'

/**
 * Publishes `{ usedBytes, limitBytes }` on `studio.memory-pressure`, so that a subscribed backend can drop
 * what it does not need. Its heap is profiled before.
 */
export function publishMemoryPressure(
  port: Pick<MonitorPort, 'onMessage'>,
  profiler: Pick<Profiler, 'lookAtTree'> | null,
): void {
  const pressure = channel('studio.memory-pressure')
  port.onMessage((message) => {
    if (message.type !== 'memory-pressure') return
    const { usedBytes, limitBytes } = message
    profiler?.lookAtTree(usedBytes)
    pressure.publish({ usedBytes, limitBytes })
  })
}
