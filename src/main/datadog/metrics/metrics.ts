import type { DogStatsD } from 'dd-trace'
import { within } from '../../../tracing'
import type { MetricName, MetricOf, TagsOf } from './registry'

/** No argument for a metric without tags, all of them for one that has some. */
type Tags<Name extends MetricName> = keyof TagsOf<Name> extends never ? [] : [tags: TagsOf<Name>]

/** Sends the registry's metrics through dd-trace's client. No call throws: what cannot be sent is lost. */
export class Metrics {
  /** @param client `null` in a process that is not traced */
  constructor(private readonly client: DogStatsD | null) {}

  gauge<Name extends MetricOf<'gauge'>>(name: Name, value: number, ...[tags]: Tags<Name>): void {
    if (Number.isFinite(value)) this.#send((client) => client.gauge(name, value, { ...tags }))
  }

  count<Name extends MetricOf<'count'>>(name: Name, by: number, ...[tags]: Tags<Name>): void {
    this.#send((client) => client.increment(name, by, { ...tags }))
  }

  distribution<Name extends MetricOf<'distribution'>>(
    name: Name,
    value: number,
    ...[tags]: Tags<Name>
  ): void {
    if (Number.isFinite(value)) this.#send((client) => client.distribution(name, value, { ...tags }))
  }

  /** Sends what has been gathered; dd-trace does it every ten seconds besides. */
  flush(): void {
    this.#send((client) => client.flush())
  }

  /** The same, and waits for at most so many milliseconds until the Agent has it. */
  async delivered(deadlineMs: number): Promise<void> {
    const { client } = this
    if (!client) return
    // Declared without an argument: that of a tracer that is switched off has none, and would never call back.
    const flush = client.flush.bind(client) as (done: () => void) => void
    if (client.flush.length === 0) return
    await within(deadlineMs, flush)
  }

  #send(send: (client: DogStatsD) => void): void {
    try {
      if (this.client) send(this.client)
    } catch {
      // A metric is never worth more than what it tells of.
    }
  }
}
