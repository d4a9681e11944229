import type { Metrics } from './metrics'

/** CPU time used, from any origin. */
export interface CpuReading {
  readonly cpuMs: number
  /** The time of the reading: monotonic, in milliseconds. */
  readonly atMs: number
}

/** The share of one core used between two readings, in percent; `null` if unknown. */
export function cpuShare(before: CpuReading | null, after: CpuReading): number | null {
  if (before === null) return null
  const passedMs = after.atMs - before.atMs
  const usedMs = after.cpuMs - before.cpuMs
  // A smaller value than before is another thread's.
  return passedMs > 0 && usedMs >= 0 ? (usedMs / passedMs) * 100 : null
}

/** The cost of the monitor itself, in the app's main process and in the backend's profiler thread. */
export class OwnCost {
  readonly #last: Record<'main' | 'profiler', CpuReading | null> = { main: null, profiler: null }

  constructor(private readonly metrics: Metrics) {}

  /** Sends the main process's cost, which includes what the app itself does in it. */
  sendMain(): void {
    const { user, system } = process.cpuUsage()
    const reading = { cpuMs: (user + system) / 1_000, atMs: performance.now() }
    this.send('main', reading, process.memoryUsage.rss())
  }

  /** Starts again from 0, as a new thread does. */
  profilerStarts(): void {
    this.#last.profiler = null
  }

  send(part: 'main' | 'profiler', reading: CpuReading, memoryBytes: number): void {
    const share = cpuShare(this.#last[part], reading)
    this.#last[part] = reading
    if (share !== null) this.metrics.gauge('studio.monitor.cpu', share, { part })
    this.metrics.gauge('studio.monitor.memory', memoryBytes, { part })
  }
}
