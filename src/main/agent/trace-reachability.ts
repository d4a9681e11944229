import type { Log } from '../log'

/** Says once that traces do not reach the Agent, and once that they do again: it is one Agent for both processes. */
export class TraceReachability {
  #isAway = false

  /** @param onBack the Agent takes traces of a process: for the first time, or again */
  constructor(
    private readonly log: Log,
    private readonly onBack: () => void,
  ) {}

  /** @param failure why the Agent does not take those of a process, `null` when it does */
  told(failure: string | null): void {
    const wasAway = this.#isAway
    this.#isAway = failure !== null
    if (this.#isAway && !wasAway)
      this.log.warn('traces do not reach the Datadog Agent: only the newest are kept', { reason: failure })
    if (!this.#isAway && wasAway) this.log.info('traces reach the Datadog Agent again')
    if (!this.#isAway) this.onBack()
  }
}
