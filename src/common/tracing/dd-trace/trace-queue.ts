/** Finished spans on their way to the Agent. */
export interface TracePayload {
  readonly bytes: number
  /** @param answered says why the Agent has not taken them, `null` when it has */
  send(answered: (failure: string | null) => void): void
  /** They were sent or are lost: nobody waits for them any more. */
  done(): void
}

export interface TraceQueueLimits {
  /** Of what waits behind the payload that is under way. The newest waits whatever its size. */
  readonly bytes: number
  /** How long an answer may take before the Agent counts as away, in milliseconds. */
  readonly patienceMs: number
}

/**
 * dd-trace tries a payload for up to 25 s, each attempt with a timeout of 2 s, and would queue 64 MiB behind it: with
 * an Agent that hangs a process of 1,000 spans a second grew by 87 MB. 1 MiB is some seconds of as many spans.
 */
const TRACE_QUEUE_LIMITS: TraceQueueLimits = { bytes: 1024 * 1024, patienceMs: 30_000 }

/** One payload under way, and some bytes of the newest behind it: what an Agent that is away costs is bounded. */
export class TraceQueue {
  readonly #limits: TraceQueueLimits
  #waiting: TracePayload[] = []
  #isUnderWay = false
  /** `undefined` before the first answer. */
  #failure: string | null | undefined
  #watcher: (failure: string | null) => void = () => {}
  #idle: (() => void)[] = []

  constructor(limits = TRACE_QUEUE_LIMITS) {
    this.#limits = limits
  }

  /** Is told why the Agent takes no traces, and `null` when it does: when that is first known, and when it changes. */
  watch(watcher: (failure: string | null) => void): void {
    this.#watcher = watcher
    if (this.#failure !== undefined) watcher(this.#failure)
  }

  push(payload: TracePayload): void {
    this.#waiting.push(payload)
    this.#sendNext()
    this.#dropOldest()
  }

  /** Calls back when all has been sent; at once while the Agent is away. */
  whenIdle(done: () => void): void {
    if (!this.#isUnderWay || typeof this.#failure === 'string') done()
    else this.#idle.push(done)
  }

  #sendNext(): void {
    const payload = this.#isUnderWay ? undefined : this.#waiting.shift()
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
    // Attempts fail in many ways while one thing is wrong.
    const isNews = this.#failure === undefined || (this.#failure === null) !== (failure === null)
    this.#failure = failure
    if (isNews) this.#watcher(failure)
  }
}
