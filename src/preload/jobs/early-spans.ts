import type { Span, Tracer } from 'dd-trace'
import { firstSpanOf, onSpanFinished } from '../../common/tracing/dd-trace/first-span'
import { takeUnsentTraces } from '../../common/tracing/dd-trace/flush'
import type { MonitorPort } from '../process/monitor-port'

/**
 * Most spans handed over within a second: main sends each by itself, and would collect them before an Agent
 * that hangs. Others leave with dd-trace's next flush.
 */
const HAND_OVERS_PER_WINDOW = 20
const WINDOW_MS = 1_000

/**
 * Hands spans over to main before a job that may kill its process, while dd-trace holds finished ones for
 * half a second. What led to a job, its request and its wait, is handed over at once: a message on the port
 * is out of the process after 2 ms, a request to the Agent after 20 to 100 (measured, by killing).
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

  /** Expects the span that its trace began with in this process: it is handed over once it is finished. */
  expectEntry(span: Span): void {
    const entry = firstSpanOf(span)
    if (entry && entry !== span) this.#entries.add(entry)
  }

  /** Hands over what has finished. */
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
