import type { Log } from '../../logging/log'
import { TroubleLines } from '../../logging/trouble-lines'

/** The line's end: what is missing, what happens meanwhile, and how to do without. */
const AWAY =
  'traces do not reach the Datadog Agent: only the newest are kept, and incidents and failed jobs on disk; to send without an Agent set DD_CLIENT_TOKEN, or DD_AGENTLESS_ENABLED=true and DD_API_KEY'

/** Reports that traces do not reach the Agent, and when they do again: both processes use the same Agent. */
export class TraceReachability {
  readonly #lines: TroubleLines
  /** The last that was told; `undefined` while nothing is known. */
  failure: string | null | undefined

  /** @param onBack called when the Agent accepts a process's traces, for the first time or again */
  constructor(
    log: Log,
    private readonly onBack: () => void,
  ) {
    this.#lines = new TroubleLines((reason) => {
      if (reason === null) log.info('traces reach the Datadog Agent again')
      else log.warn(AWAY, { reason })
    })
  }

  /** @param failure the reason why the Agent does not accept a process's traces, `null` when it does */
  told(failure: string | null): void {
    this.failure = failure
    this.#lines.is(failure)
    if (failure === null) this.onBack()
  }
}
