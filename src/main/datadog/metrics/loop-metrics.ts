import { EventLoopDelay } from '../../../common/process/event-loop-delay'
import type { Metrics } from './metrics'

/** Metrics of how long the event loops of both processes are blocked. */
export class LoopMetrics {
  readonly #main = new EventLoopDelay()
  #backendMs: number | null = null

  constructor(private readonly metrics: Metrics) {}

  /** Takes the backend's delay, in milliseconds. */
  backend(delayMs: number): void {
    this.#backendMs = Math.max(this.#backendMs ?? 0, delayMs)
  }

  send(): void {
    this.metrics.gauge('studio.event_loop.delay', this.#main.takeLongest() / 1_000, { process: 'main' })
    if (this.#backendMs === null) return
    this.metrics.gauge('studio.event_loop.delay', this.#backendMs / 1_000, { process: 'backend' })
    this.#backendMs = null
  }
}
