import type { Tracer } from 'dd-trace'
import { tracerTags } from '../../../common/tracing/dd-trace/tracer-tags'
import type { Log } from '../../logging/log'
import type { SendingWay } from '../../settings/sending-way'
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

/** The client that carries metrics that way; `null` where they do not go, and in a process that is not traced. */
export function metricsClient(intake: Intake, tracer: Tracer | null): MetricsClient | null {
  if (!tracer) return null
  if (!(intake instanceof DirectIntake)) return tracer.dogstatsd
  const send = intake.sendMetrics
  // The tags are those of dd-trace's client: a start of the app is not a series of its own.
  const tags = Object.entries(tracerTags(tracer)).filter(([name]) => name !== 'runtime-id')
  return (
    send && new DirectMetrics({ send, tags: tags.map(([name, value]) => `${name}:${value}`), now: Date.now })
  )
}
