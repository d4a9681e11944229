import type { Log } from '../../logging/log'
import { TroubleLines } from '../../logging/trouble-lines'

/** Says that traces do not reach the Agent, and that they do again: it is one Agent for both processes. */
export class TraceReachability {
  readonly #lines: TroubleLines

  /** @param onBack the Agent takes traces of a process: for the first time, or again */
  constructor(
    log: Log,
    private readonly onBack: () => void,
  ) {
    this.#lines = new TroubleLines((reason) => {
      if (reason === null) log.info('traces reach the Datadog Agent again')
      else log.warn('traces do not reach the Datadog Agent: only the newest are kept', { reason })
    })
  }

  /** @param failure why the Agent does not take those of a process, `null` when it does */
  told(failure: string | null): void {
    this.#lines.is(failure)
    if (failure === null) this.onBack()
  }
}
