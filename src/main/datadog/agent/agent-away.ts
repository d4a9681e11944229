import type { Log } from '../../logging/log'
import { TroubleLines } from '../../logging/trouble-lines'

/** Errors of a connection that nobody takes: all that goes to the Agent fails alike. */
const NOBODY = /\b(?:ECONNREFUSED|ENOENT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN)\b/

const AWAY =
  'incidents and failed jobs do not reach the Datadog Agent, nor do profiles and traces: they are kept and sent later, of traces only the newest; to send without an Agent set DD_CLIENT_TOKEN, or DD_AGENTLESS_ENABLED=true and DD_API_KEY'
const BACK = 'incidents and failed jobs reach the Datadog Agent again, and so do profiles and traces'

/** Tells of an Agent that nobody reaches in one line, whoever notices first, and in one when it is there again. */
export class AgentAway {
  readonly #lines: TroubleLines

  constructor(log: Log) {
    this.#lines = new TroubleLines((reason) => {
      if (reason === null) log.info(BACK)
      else log.warn(AWAY, { reason })
    })
  }

  /**
   * Hears how one of those fared that send something there.
   * @param failure why it was not taken, `null` when it was
   * @returns true where nobody was reached, which needs no line of its own
   */
  heard(failure: string | null): boolean {
    const isAway = failure !== null && NOBODY.test(failure)
    this.#lines.is(isAway ? failure : null)
    return isAway
  }

  stop(): void {
    this.#lines.stop()
  }
}
