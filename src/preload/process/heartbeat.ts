import v8 from 'node:v8'
import { EventLoopDelay } from '../../common/process/event-loop-delay'
import { HEARTBEAT_INTERVAL_MS } from '../../common/protocol/heartbeat'
import type { MonitorPort } from './monitor-port'

/** Sends heartbeats from the event loop to main, with the size of the heap. */
export function sendHeartbeats(port: MonitorPort, heapLimitBytes: number | null): void {
  const loop = new EventLoopDelay()
  const beat = () => {
    const { used_heap_size, heap_size_limit, external_memory } = v8.getHeapStatistics()
    port.send({
      type: 'heartbeat',
      heapUsedBytes: used_heap_size,
      heapLimitBytes: heapLimitBytes ?? heap_size_limit,
      externalBytes: external_memory,
      loopDelayMs: loop.takeLongest(),
    })
  }
  beat()
  setInterval(beat, HEARTBEAT_INTERVAL_MS).unref()
}
