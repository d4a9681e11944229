import type { DogStatsD } from 'dd-trace'
import { Metrics } from '../metrics'

/** A client that records what it is given, as `type name value tag:value,...`. */
export function recordMetrics() {
  const lines: string[] = []
  const keep = (type: string) => (name: string, value?: number, tags?: object) =>
    void lines.push([type, name, value, ...Object.entries(tags ?? {}).map((tag) => tag.join(':'))].join(' '))
  const client: DogStatsD = {
    increment: keep('count'),
    decrement: keep('decrement'),
    gauge: keep('gauge'),
    distribution: keep('distribution'),
    histogram: keep('histogram'),
    flush: () => void lines.push('flush'),
  }
  /** Takes the metrics recorded since the last call. */
  const taken = () => lines.splice(0)
  return { client, metrics: new Metrics(client), taken }
}
