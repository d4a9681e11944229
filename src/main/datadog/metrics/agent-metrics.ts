import { sendGate } from '../../../common/privacy/send-gate'
import type { AgentResponse, DeliveryResult } from '../agent/response'
import { sendToAgent } from '../agent/send'
import { MetricBuffer, type MetricFlush, type MetricKind, type MetricSeries } from './metric-buffer'
import type { MetricsClient } from './metrics'

/** For one request, in milliseconds. */
const TIMEOUT_MS = 10_000
/** Flushes in one request, some 3 KB each: the Agent passes each line on by itself. */
const FLUSHES_PER_REQUEST = 60

export interface AgentMetricsOptions {
  readonly agentUrl: string
  /** `name:value`, of every metric. */
  readonly tags: readonly string[]
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** DogStatsD's own port, for an Agent that has no way for metrics beside it. */
  readonly port: MetricsClient
  /** Called when the Agent has taken some. */
  readonly onSent: () => void
}

/**
 * Studio's metrics to the Agent's `/dogstatsd/v2/proxy`, in requests of their own. Counts and gauges that no Agent took wait
 * in memory and go out later with their time, which DogStatsD's protocol 1.3 knows (Agent 7.40) of them alone; distributions
 * are lost then.
 */
export class AgentMetrics extends MetricBuffer implements MetricsClient {
  readonly #options: AgentMetricsOptions
  /** The flushes that an attempt has been made to send. */
  readonly #tried = new WeakSet<MetricFlush>()
  #sending: Promise<void> | null = null
  #isPortUsed = false

  constructor(options: AgentMetricsOptions) {
    super(options.now)
    this.#options = options
  }

  /** @param done called when all of it was sent or cannot be for now */
  flush(done: () => void): void {
    this.close()
    if (!sendGate.isOpen) {
      // They are late when they are sent.
      for (const flush of this.oldest(Number.POSITIVE_INFINITY)) this.#tried.add(flush)
      done()
      return
    }
    const before = this.#sending
    // What was gathered while the last request was under way goes right after it.
    const sending = (before ?? Promise.resolve()).then(() => this.#send())
    this.#sending = sending
    sending.then(() => {
      if (this.#sending === sending) this.#sending = null
      done()
    })
  }

  async #send(): Promise<void> {
    for (;;) {
      const flushes = this.oldest(FLUSHES_PER_REQUEST)
      if (flushes.length === 0) return
      if (this.#isPortUsed) {
        await this.#sendToPort(flushes)
        continue
      }
      const { outcome } = await this.#post(flushes)
      if (!sendGate.isOpen) return
      for (const flush of flushes) this.#tried.add(flush)
      if (outcome === 'retry') return
      // There is no such way, and will be none: they are sent again at once.
      if (this.#isPortUsed) continue
      this.remove(flushes)
      if (outcome === 'accepted') this.#options.onSent()
    }
  }

  async #post(flushes: readonly MetricFlush[]): Promise<DeliveryResult> {
    const lines = flushes.flatMap((flush) => {
      const isLate = this.#tried.has(flush)
      return flush.series.flatMap((series) => this.#lines(series, isLate ? flush.at : null))
    })
    if (lines.length === 0) return { outcome: 'rejected', reason: 'distributions have no time' }
    const body = `${lines.join('\n')}\n`
    const request = {
      method: 'POST',
      path: '/dogstatsd/v2/proxy',
      headers: { 'Content-Length': String(Buffer.byteLength(body)) },
      body: [body],
    } as const
    return sendToAgent(request, { agentUrl: this.#options.agentUrl, timeoutMs: TIMEOUT_MS }, (answer) => {
      if (answer.status === 404) this.#isPortUsed = true
      return classify(answer)
    })
  }

  /** @param at seconds since the epoch; `null` for now */
  #lines({ kind, metric, values, tags: own }: MetricSeries, at: number | null): string[] {
    if (kind === 'distribution' && at !== null) return []
    const tags = [...this.#options.tags, ...own].join(',')
    const time = at === null ? '' : `|T${at}`
    return values.map((value) => `${metric}:${value}|${TYPES[kind]}${tags === '' ? '' : `|#${tags}`}${time}`)
  }

  async #sendToPort(flushes: readonly MetricFlush[]): Promise<void> {
    const { port } = this.#options
    for (const { series } of flushes) {
      for (const { kind, metric, values, tags } of series) {
        const own = Object.fromEntries(
          tags.map((tag) => [tag.split(':', 1)[0], tag.slice(tag.indexOf(':') + 1)]),
        )
        for (const value of values) {
          if (kind === 'gauge') port.gauge(metric, value, own)
          else if (kind === 'count') port.increment(metric, value, own)
          else port.distribution(metric, value, own)
        }
      }
    }
    this.remove(flushes)
    // A tracer that is off declares no argument, and would never call back.
    if (port.flush.length === 0) port.flush()
    else await new Promise<void>((done) => port.flush(done))
  }
}

const TYPES: Readonly<Record<MetricKind, string>> = { count: 'c', gauge: 'g', distribution: 'd' }

/** The Agent answers with 200 and next to nothing; a redirection or a page comes from something else at that address. */
function classify({ status, headers }: AgentResponse): DeliveryResult {
  const reason = `HTTP ${status}`
  const isPage = headers['content-type']?.startsWith('text/html') ?? false
  if (status >= 200 && status < 300 && !isPage) return { outcome: 'accepted' }
  return status >= 400 && status < 500 && status !== 429 && status !== 408
    ? { outcome: 'rejected', reason }
    : { outcome: 'retry', reason }
}
