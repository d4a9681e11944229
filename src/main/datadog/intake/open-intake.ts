import type { Tracer } from 'dd-trace'
import { tracerTags } from '../../../common/tracing/dd-trace/tracer-tags'
import type { Log } from '../../logging/log'
import type { SendingWay } from '../../settings/sending-way'
import { AgentMetrics } from '../metrics/agent-metrics'
import type { MetricsClient } from '../metrics/metrics'
import { agentIntake } from './agent-intake'
import { DirectIntake } from './direct-intake'
import { DirectMetrics } from './direct-metrics'
import type { Intake } from './intake'

export interface OpenIntakeOptions {
  readonly way: SendingWay
  /** `DD_ENV`. */
  readonly env: string
  readonly log: Log
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** The way out that the settings have chosen. */
export function openIntake({ way, ...options }: OpenIntakeOptions): Intake {
  return way.kind === 'agent' ? agentIntake(way.url) : new DirectIntake({ ...options, way })
}

export interface MetricsClientOptions {
  readonly way: SendingWay
  readonly intake: Intake
  /** `null` in a process that is not traced. */
  readonly tracer: Tracer | null
  /** Called when the Agent has taken some. */
  readonly onSent: () => void
}

/** The client that carries metrics that way; `null` where they do not go, and in a process that is not traced. */
export function metricsClient({ way, intake, tracer, onSent }: MetricsClientOptions): MetricsClient | null {
  if (!tracer) return null
  const tags = metricTags(tracer)
  if (intake instanceof DirectIntake) {
    const send = intake.sendMetrics
    return send && new DirectMetrics({ send, tags, now: Date.now })
  }
  const port: MetricsClient = tracer.dogstatsd
  // A tracer that is switched off sends none, and its function has no argument.
  if (way.kind !== 'agent' || port.flush.length === 0) return port
  return new AgentMetrics({ agentUrl: way.url, tags, now: Date.now, port, onSent })
}

/** The tags that dd-trace's own client has: a start of the app is not a series of its own. */
function metricTags(tracer: Tracer): string[] {
  return Object.entries(tracerTags(tracer))
    .filter(([name]) => name !== 'runtime-id')
    .map(([name, value]) => `${name}:${value.replaceAll(/[^a-z0-9_:./-]/gi, '_')}`)
}
