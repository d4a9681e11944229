import { within } from '../../../common/timing/within'
import { appTags } from '../../../common/tracing/app-tags'
import type { MetricName, MetricOf, TagsOf } from './registry'

/** The tags argument: none for a metric without tags, all of them for one that has some. */
type Tags<Name extends MetricName> = keyof TagsOf<Name> extends never ? [] : [tags: TagsOf<Name>]

/** The client that carries metrics to Datadog: dd-trace's own for DogStatsD, or ours where there is no Agent. */
export interface MetricsClient {
  gauge(metric: string, value: number, tags: Record<string, string>): void
  increment(metric: string, by: number, tags: Record<string, string>): void
  distribution(metric: string, value: number, tags: Record<string, string>): void
  /** dd-trace declares it without an argument, and takes one. */
  flush(done?: () => void): void
}

/** Sends the registry's metrics through such a client. No call throws: what cannot be sent is lost. */
export class Metrics {
  readonly #sending = new Set<Promise<void>>()

  /** @param client `null` in a process that is not traced, and where nothing takes metrics */
  constructor(private readonly client: MetricsClient | null) {}

  gauge<Name extends MetricOf<'gauge'>>(name: Name, value: number, ...[tags]: Tags<Name>): void {
    if (Number.isFinite(value)) this.#send((client) => client.gauge(name, value, tagged(tags)))
  }

  count<Name extends MetricOf<'count'>>(name: Name, by: number, ...[tags]: Tags<Name>): void {
    this.#send((client) => client.increment(name, by, tagged(tags)))
  }

  distribution<Name extends MetricOf<'distribution'>>(
    name: Name,
    value: number,
    ...[tags]: Tags<Name>
  ): void {
    if (Number.isFinite(value)) this.#send((client) => client.distribution(name, value, tagged(tags)))
  }

  /** Sends what has been gathered; dd-trace also does so every ten seconds. */
  flush(): void {
    this.#send((client) => {
      // A disabled tracer's function declares no argument, and would never call back.
      if (client.flush.length === 0) return client.flush()
      const flush = client.flush.bind(client) as (done: () => void) => void
      const sending = new Promise<void>(flush).catch(() => {}).finally(() => this.#sending.delete(sending))
      this.#sending.add(sending)
    })
  }

  /**
   * Flushes, and waits for at most `deadlineMs` milliseconds until the Agent has it, and what was sent
   * before.
   */
  delivered(deadlineMs: number): Promise<void> {
    this.flush()
    return within(deadlineMs, (done) => Promise.allSettled(this.#sending).then(done))
  }

  #send(send: (client: MetricsClient) => void): void {
    try {
      if (this.client) send(this.client)
    } catch {
      // A metric must never break what it measures.
    }
  }
}

/** With the tags that the app gives to all that follows. */
function tagged<Name extends MetricName>(tags: TagsOf<Name> | undefined): Record<string, string> {
  return { ...appTags.current, ...tags }
}
