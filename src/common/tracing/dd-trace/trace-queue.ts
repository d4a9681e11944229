import { type SendGate, sendGate } from '../../privacy/send-gate'

/** Finished spans on their way to the Agent. */
export interface TracePayload {
  readonly bytes: number
  /** @param answered gets the reason why the Agent has not accepted them, `null` if it has */
  send(answered: (failure: string | null) => void): void
  /** Called when they were sent or are lost. */
  done(): void
}

export interface TraceQueueLimits {
  /** Limit of what waits behind the payload being sent; the newest waits whatever its size. */
  readonly bytes: number
  /** Time for a response, in milliseconds, after which the Agent counts as unavailable. */
  readonly patienceMs: number
}

/**
 * dd-trace tries a payload for up to 25 s, each attempt with a timeout of 2 s, and would queue 64 MiB behind
 * it: with an Agent that hangs, a process of 1,000 spans a second grew by 87 MB. 1 MiB holds some seconds of
 * as many spans.
 */
const TRACE_QUEUE_LIMITS: TraceQueueLimits = { bytes: 1024 * 1024, patienceMs: 30_000 }

/**
 * Keeps one payload in flight, and a limited number of bytes of the newest behind it: the cost of an
 * unavailable Agent is bounded.
 */
export class TraceQueue {
  readonly #limits: TraceQueueLimits
  readonly #gate: Pick<SendGate, 'consent' | 'onChange'>
  #waiting: TracePayload[] = []
  #isUnderWay = false
  /** The latest result; `undefined` before the first response. */
  #failure: string | null | undefined
  #watcher: (failure: string | null) => void = () => {}
  #idle: (() => void)[] = []

  constructor(limits = TRACE_QUEUE_LIMITS, gate: Pick<SendGate, 'consent' | 'onChange'> = sendGate) {
    this.#limits = limits
    this.#gate = gate
    gate.onChange((consent) => {
      if (consent === 'denied') for (const payload of this.#waiting.splice(0)) payload.done()
      else this.#sendNext()
    })
  }

  /**
   * Calls the watcher with the reason why the Agent does not accept traces, `null` when it does: when that is
   * first known, and on every change.
   */
  watch(watcher: (failure: string | null) => void): void {
    this.#watcher = watcher
    if (this.#failure !== undefined) watcher(this.#failure)
  }

  push(payload: TracePayload): void {
    const { consent } = this.#gate
    // Nobody waits for what waits for an answer.
    if (consent !== 'granted') payload.done()
    if (consent === 'denied') return
    this.#waiting.push(consent === 'granted' ? payload : { ...payload, done: () => {} })
    this.#sendNext()
    this.#dropOldest()
  }

  /** Calls back when all has been sent; at once while the Agent is unavailable. */
  whenIdle(done: () => void): void {
    if (!this.#isUnderWay || typeof this.#failure === 'string') done()
    else this.#idle.push(done)
  }

  #sendNext(): void {
    const isHeld = this.#isUnderWay || this.#gate.consent !== 'granted'
    const payload = isHeld ? undefined : this.#waiting.shift()
    if (!payload) return
    this.#isUnderWay = true
    const { patienceMs } = this.#limits
    const late = setTimeout(
      () => this.#change(`no answer within ${patienceMs / 1_000} s`),
      patienceMs,
    ).unref()
    let isAnswered = false
    const answered = (failure: string | null) => {
      if (isAnswered) return
      isAnswered = true
      clearTimeout(late)
      this.#isUnderWay = false
      payload.done()
      this.#change(failure)
      this.#sendNext()
      if (!this.#isUnderWay) for (const done of this.#idle.splice(0)) done()
    }
    try {
      payload.send(answered)
    } catch (error) {
      answered(error instanceof Error ? error.message : String(error))
    }
  }

  #dropOldest(): void {
    let bytes = this.#waiting.reduce((sum, payload) => sum + payload.bytes, 0)
    while (bytes > this.#limits.bytes && this.#waiting.length > 1) {
      const oldest = this.#waiting.shift()
      bytes -= oldest?.bytes ?? 0
      oldest?.done()
    }
  }

  #change(failure: string | null): void {
    // Attempts may fail in many ways for one reason.
    const isNews = this.#failure === undefined || (this.#failure === null) !== (failure === null)
    this.#failure = failure
    if (isNews) this.#watcher(failure)
  }
}
