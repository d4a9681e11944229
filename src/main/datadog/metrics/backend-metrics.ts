import type { DeathCause } from '../../backend/cause'
import type { ExitExplanation } from '../../backend/exit-observation'
import type { SupervisorState } from '../../backend/supervisor-state'
import type { Metrics } from './metrics'

/** The backend's current memory, in bytes; `null` where unknown. */
export interface BackendMemory {
  readonly treeRssBytes: number | null
  readonly heapUsedBytes: number | null
  readonly heapLimitBytes: number | null
  /** The rate of steady growth, in bytes per second; 0 without any. */
  readonly growth: number
}

/** Metrics of the backend's life: its state, its deaths and restarts, its memory. */
export class BackendMetrics {
  #state: SupervisorState = 'idle'
  #runningSince = 0
  #wasStarted = false
  #lastDeath: DeathCause | null = null

  /** @param now monotonic, in milliseconds */
  constructor(
    private readonly metrics: Metrics,
    private readonly now: () => number,
  ) {}

  enter(state: SupervisorState): void {
    const previous = this.#state
    this.#state = state
    if (state === 'running') this.#runningSince = this.now()
    if (state === 'starting') this.#start(this.#causeOfStart(previous))
    this.sendState()
  }

  died({ cause, oom }: Pick<ExitExplanation, 'cause' | 'oom'>): void {
    this.#lastDeath = cause
    this.metrics.count('studio.backend.deaths', 1, { cause, oom: oom ? 'true' : 'false' })
  }

  unresponsive(): void {
    this.metrics.count('studio.backend.silences', 1)
  }

  sendState(): void {
    const isUp = this.#state === 'running'
    this.metrics.gauge('studio.backend.up', isUp ? 1 : 0)
    this.metrics.gauge('studio.backend.gave_up', this.#state === 'gave-up' ? 1 : 0)
    if (isUp) this.metrics.gauge('studio.backend.uptime', (this.now() - this.#runningSince) / 1_000)
  }

  /** @param limitBytes `null` when off */
  sendMemory(memory: BackendMemory | null, limitBytes: number | null): void {
    if (limitBytes !== null) this.metrics.gauge('studio.backend.memory.limit', limitBytes)
    // A dead backend's last figures are not current.
    if (memory === null || (this.#state !== 'running' && this.#state !== 'starting')) return
    const { treeRssBytes, heapUsedBytes, heapLimitBytes, growth } = memory
    if (treeRssBytes !== null) this.metrics.gauge('studio.backend.memory.rss', treeRssBytes)
    if (heapUsedBytes !== null) this.metrics.gauge('studio.backend.heap.used', heapUsedBytes)
    if (heapLimitBytes !== null) this.metrics.gauge('studio.backend.heap.limit', heapLimitBytes)
    this.metrics.gauge('studio.backend.memory.growth', growth)
  }

  #causeOfStart(previous: SupervisorState): DeathCause | 'requested' | 'recycled' {
    // Nothing else leads from the one to the other.
    if (previous === 'running') return 'recycled'
    return (previous === 'backing-off' ? this.#lastDeath : null) ?? 'requested'
  }

  #start(cause: DeathCause | 'requested' | 'recycled'): void {
    if (this.#wasStarted) this.metrics.count('studio.backend.restarts', 1, { cause })
    this.#wasStarted = true
  }
}
