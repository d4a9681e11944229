import type { Log } from '../../logging/log'
import { TroubleLines } from '../../logging/trouble-lines'
import type { AgentAway } from './agent-away'

const REFUSED = 'traces do not reach the Datadog Agent: only the newest are kept'

/** Reports that traces do not reach the Agent, and when they do again: both processes use the same Agent. */
export class TraceReachability {
  readonly #lines: TroubleLines
  /** The last that was told; `undefined` while nothing is known. */
  failure: string | null | undefined

  /**
   * @param onBack called when the Agent accepts a process's traces, for the first time or again
   * @param away tells of an Agent that nobody reaches, for all who send there
   */
  constructor(
    log: Log,
    private readonly onBack: () => void,
    private readonly away?: AgentAway,
  ) {
    this.#lines = new TroubleLines((reason) => {
      if (reason === null) log.info('traces reach the Datadog Agent again')
      else log.warn(REFUSED, { reason })
    })
  }

  /** @param failure the reason why the Agent does not accept a process's traces, `null` when it does */
  told(failure: string | null): void {
    this.failure = failure
    if (!this.away?.heard(failure)) this.#lines.is(failure)
    if (failure === null) this.onBack()
  }
}
