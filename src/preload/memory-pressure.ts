import { channel } from 'node:diagnostics_channel'
import type { MonitorPort } from './monitor-port'

/** A backend that subscribes to `studio.memory-pressure` can drop what it does not need: `{ usedBytes, limitBytes }`. */
export function publishMemoryPressure(port: MonitorPort): void {
  const pressure = channel('studio.memory-pressure')
  port.onMessage((message) => {
    if (message.type !== 'memory-pressure') return
    const { usedBytes, limitBytes } = message
    pressure.publish({ usedBytes, limitBytes })
  })
}
