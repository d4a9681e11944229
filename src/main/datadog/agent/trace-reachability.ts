import type { Log } from '../../logging/log'
import { ReachabilityLines } from './reachability-lines'

/** Reports that traces do not reach the Agent, and when they do again: both processes use the same Agent. */
export class TraceReachability {
  readonly #lines: ReachabilityLines

  /** @param onBack called when the Agent accepts a process's traces, for the first time or again */
  constructor(
    log: Log,
    private readonly onBack: () => void,
  ) {
    this.#lines = new ReachabilityLines((reason) => {
      if (reason === null) log.info('traces reach the Datadog Agent again')
      else log.warn('traces do not reach the Datadog Agent: only the newest are kept', { reason })
    })
  }

  /** @param failure the reason why the Agent does not accept a process's traces, `null` when it does */
  told(failure: string | null): void {
    this.#lines.is(failure)
    if (failure === null) this.onBack()
  }
}
