import { sendGate } from '../../../common/privacy/send-gate'
import { type BackoffLimits, backoff } from '../../../common/timing/backoff'
import { within } from '../../../common/timing/within'
import { untraced } from '../../../common/tracing/dd-trace/transport'
import type { Log } from '../../logging/log'
import { TroubleLines } from '../../logging/trouble-lines'
import type { Incident } from '../../records/incidents/incident'
import type { AgentAway } from '../agent/agent-away'
import { DELIVERY_BACKOFF } from '../delivery/delivery'
import type { Intake } from '../intake/intake'
import type { Identity } from '../spans/wire-span'
import { eventOfDeath, eventOfLine, type LogEvent } from './log-event'

/** For one request, in milliseconds. */
const TIMEOUT_MS = 10_000
/** The time that a line waits for others, in milliseconds. */
const BATCH_MS = 2_000
/** Datadog takes 1,000 logs and 5 MB in a request. */
const MAX_IN_REQUEST = 200
/** The most that waits in memory; all of it is in `logs/` too. */
const MAX_WAITING = 1_000

export interface LogDeliveryOptions {
  readonly intake: Pick<Intake, 'name' | 'sendLogs'>
  readonly identity: Identity
  readonly log: Log
  /** Tells of an Agent that nobody reaches, for all who send there; none where there is no Agent. */
  readonly away?: AgentAway | undefined
  /** 0 to 1. */
  readonly random: () => number
  readonly backoff?: BackoffLimits
}

/** Brings the monitor's own lines and a backend's last words to Datadog's logs, where `STUDIO_LOGS=send` asks for it. */
export class LogDelivery {
  readonly #options: LogDeliveryOptions
  readonly #abort = new AbortController()
  readonly #lines: TroubleLines
  readonly #stopListening: () => void
  #waiting: LogEvent[] = []
  #dropped = 0
  #failures = 0
  #timer: NodeJS.Timeout | null = null
  #sending: Promise<void> | null = null
  #isOver = false

  constructor(options: LogDeliveryOptions) {
    const { intake, log } = options
    this.#options = options
    this.#stopListening = sendGate.onChange((consent) => {
      if (consent === 'denied') this.#waiting = []
      if (consent === 'granted' && this.#waiting.length > 0) this.#sendAfter(BATCH_MS)
    })
    this.#lines = new TroubleLines((reason) => {
      if (reason === null) {
        const lost = this.#dropped === 0 ? '' : `, ${this.#dropped} lines were lost; logs/ has them`
        this.#dropped = 0
        log.info(`logs reach ${intake.name} again${lost}`)
      } else log.warn(`logs do not reach ${intake.name}: the newest wait in memory`, { reason })
    })
  }

  /** Takes one JSON line of the monitor's log. Never throws. */
  line(line: string): void {
    this.#add(eventOfLine(line, this.#options.identity))
  }

  /** Takes the last words of the backend that an incident has. */
  death(incident: Incident): void {
    const diedAt = Date.parse(incident.at)
    // Nobody knows which of the lines were written in a denied time.
    if (sendGate.isWithheld(diedAt - (incident.uptimeMs ?? diedAt), diedAt)) return
    this.#add(eventOfDeath(incident, this.#options.identity))
  }

  /** Sends what it can within so many milliseconds; the rest is in `logs/` alone. */
  async stop(deadlineMs: number): Promise<void> {
    this.#cancelTimer()
    await within(deadlineMs, (done) => this.#finish().then(done))
    this.#isOver = true
    this.#stopListening()
    this.#abort.abort()
    this.#lines.stop()
  }

  async #finish(): Promise<void> {
    await this.#sending
    this.#cancelTimer()
    await this.#sendAll()
  }

  #add(event: LogEvent | null): void {
    if (event === null || this.#isOver || sendGate.consent === 'denied') return
    this.#waiting.push(event)
    if (this.#waiting.length > MAX_WAITING) {
      this.#waiting.shift()
      this.#dropped++
    }
    if (this.#failures === 0) this.#sendAfter(BATCH_MS)
  }

  #sendAfter(ms: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      this.#sending ??= this.#sendAll().finally(() => {
        this.#sending = null
      })
    }, ms).unref()
  }

  #cancelTimer(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }

  async #sendAll(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#isOver && sendGate.isOpen) {
      const { intake, random, backoff: limits = DELIVERY_BACKOFF } = this.#options
      const events = this.#waiting.slice(0, MAX_IN_REQUEST)
      const result = await untraced(() =>
        intake.sendLogs(JSON.stringify(events), { timeoutMs: TIMEOUT_MS, signal: this.#abort.signal }),
      )
      if (result.outcome === 'retry' && !sendGate.isOpen) return
      if (result.outcome === 'retry') {
        this.#failures++
        this.#tell(result.reason)
        this.#sendAfter(Math.max(backoff(this.#failures, random(), limits), result.afterMs ?? 0))
        return
      }
      this.#waiting = this.#waiting.filter((event) => !events.includes(event))
      if (result.outcome === 'forbidden') {
        // The intake has said so; nothing of it is tried again before the next start.
        this.#isOver = true
        this.#waiting = []
        return
      }
      if (result.outcome === 'rejected') this.#dropped += events.length
      this.#failures = 0
      this.#tell(result.outcome === 'rejected' ? result.reason : null)
    }
  }

  #tell(failure: string | null): void {
    if (!this.#options.away?.heard(failure)) this.#lines.is(failure)
  }
}
