import type { Metrics } from './metrics'

/** What has been used of a processor, since whenever. */
export interface CpuReading {
  readonly cpuMs: number
  /** When it was read: monotonic, in milliseconds. */
  readonly atMs: number
}

/** The share of one core between two readings, in percent; `null` where there is no telling. */
export function cpuShare(before: CpuReading | null, after: CpuReading): number | null {
  if (before === null) return null
  const passedMs = after.atMs - before.atMs
  const usedMs = after.cpuMs - before.cpuMs
  // Less than before is another thread's.
  return passedMs > 0 && usedMs >= 0 ? (usedMs / passedMs) * 100 : null
}

/** What the monitor itself takes, in the app's main process and in the backend's profiler thread. */
export class OwnCost {
  readonly #last: Record<'main' | 'profiler', CpuReading | null> = { main: null, profiler: null }

  constructor(private readonly metrics: Metrics) {}

  /** The main process is the app's: what the app itself does in it counts as well. */
  sendMain(): void {
    const { user, system } = process.cpuUsage()
    const reading = { cpuMs: (user + system) / 1_000, atMs: performance.now() }
    this.send('main', reading, process.memoryUsage.rss())
  }

  /** Another thread counts from 0 again. */
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
