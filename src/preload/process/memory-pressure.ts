import { channel } from 'node:diagnostics_channel'
import type { Profiler } from '../profiler'
import type { MonitorPort } from './monitor-port'

/**
 * A backend that subscribes to `studio.memory-pressure` can drop what it does not need: `{ usedBytes, limitBytes }`.
 * What it holds is profiled before.
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
