import type { Span, Tracer } from 'dd-trace'
import { firstSpanOf, onSpanFinished } from '../../common/tracing/dd-trace/first-span'
import { takeUnsentTraces } from '../../common/tracing/dd-trace/flush'
import type { MonitorPort } from '../process/monitor-port'

/**
 * What is handed over within a second, at most: main sends each by itself, and would gather them before an Agent that
 * hangs. What is above it leaves with dd-trace's next flush.
 */
const HAND_OVERS_PER_WINDOW = 20
const WINDOW_MS = 1_000

/**
 * Finished spans wait for half a second in dd-trace, and a job may kill its process sooner. What led to a job, its
 * request and its wait, is handed to main at once: a message on the port is out of the process after 2 ms, a request
 * to the Agent after 20 to 100 (measured, by killing).
 */
export class EarlySpans {
  readonly #entries = new WeakSet<object>()
  #windowStart = Number.NEGATIVE_INFINITY
  #left = 0

  constructor(
    private readonly tracer: Tracer,
    private readonly port: Pick<MonitorPort, 'send'>,
    /** Milliseconds since the epoch. */
    private readonly now: () => number,
  ) {
    onSpanFinished((span) => {
      // It is not among those to send yet.
      if (this.#entries.delete(span)) queueMicrotask(() => this.handOver())
    })
  }

  /** The span that its trace began with in this process will be handed over once it is finished. */
  expectEntry(span: Span): void {
    const entry = firstSpanOf(span)
    if (entry && entry !== span) this.#entries.add(entry)
  }

  /** Hands over what is finished by now. */
  handOver(): void {
    const now = this.now()
    // The wall clock may have been set back.
    if (Math.abs(now - this.#windowStart) >= WINDOW_MS) {
      this.#windowStart = now
      this.#left = HAND_OVERS_PER_WINDOW
    }
    if (this.#left-- <= 0) return
    const unsent = takeUnsentTraces(this.tracer)
    if (unsent) this.port.send({ type: 'unsent-traces', ...unsent })
  }
}
