import type { Tracer } from 'dd-trace'
import { takeUnsentTraces } from '../../../common/tracing/dd-trace/flush'
import { proxyAgent } from '../../../common/tracing/dd-trace/transport'
import type { DeliveryResult } from '../../datadog/agent/response'
import { type DirectIntake, describeSkew, MAX_CLOCK_SKEW_MS } from '../../datadog/intake/direct-intake'
import type { Intake } from '../../datadog/intake/intake'
import { eventOfLine } from '../../datadog/logs/log-event'
import type { MetricName } from '../../datadog/metrics/registry'
import { decodeTraces } from '../../datadog/spans/decode-traces'
import { encodeChunk } from '../../datadog/spans/trace-chunk'
import type { Identity } from '../../datadog/spans/wire-span'
import { type DirectWay, describeWay } from '../../settings/sending-way'
import { type Finding, ok, problem, warning } from './check'

/** A count of nothing: it is taken as any other, and changes no figure. */
const METRIC: MetricName = 'studio.backend.silences'
const MEANWHILE = 'Meanwhile incidents, failed jobs and spans wait on disk'

/** Which way the settings have chosen, and through which proxy it leads. Nothing of a key or a token is shown. */
export function checkWay(way: DirectWay, intake: Pick<DirectIntake, 'spansUrl'>): Finding {
  const details = [`spans go to ${intake.spansUrl.host}`, `HTTPS_PROXY: ${describeProxy(intake.spansUrl)}`]
  return ok(describeWay(way), details)
}

function describeProxy(url: URL): string {
  try {
    return url.protocol === 'https:' && proxyAgent(url) ? 'used' : 'not used'
  } catch {
    return 'cannot be used: it is no URL'
  }
}

/** A real span, made by dd-trace, has to be taken by the intake. */
export async function checkIntakeSpan(
  tracer: Tracer | null,
  intake: DirectIntake,
  timeoutMs: number,
): Promise<Finding> {
  const span = tracer?.startSpan('studio.doctor', { tags: { 'resource.name': 'doctor' } })
  span?.finish()
  const unsent = takeUnsentTraces(tracer)
  if (!span || !unsent) return warning('no span was made, so none was sent', 'see the line about the tracer')
  const chunks = decodeTraces(unsent.payload).map((spans) => encodeChunk(spans, intake.chunkFormat))
  const result = await intake.sendSpans(intake.packChunks(chunks), { timeoutMs })
  return result.outcome === 'accepted'
    ? ok(`${intake.name} took a span, trace id ${span.context().toTraceId()}`)
    : refusal('a span', intake, result)
}

/** With an API key alone. */
export async function checkIntakeMetric(
  tags: readonly string[],
  intake: DirectIntake,
  now: number,
  timeoutMs: number,
): Promise<Finding> {
  if (!intake.sendMetrics) return ok('metrics are not sent: they need an Agent or an API key')
  const points = [{ timestamp: Math.floor(now / 1_000), value: 0 }]
  const json = JSON.stringify({ series: [{ metric: METRIC, type: 1, points, tags }] })
  const result = await intake.sendMetrics('series', json, { timeoutMs })
  return result.outcome === 'accepted'
    ? ok(`${intake.name} took a metric`)
    : refusal('a metric', intake, result)
}

/** Checks whether this machine's clock agrees with Datadog's, by the date of its answers. */
export function checkClock({ clockSkewMs, name }: Pick<DirectIntake, 'clockSkewMs' | 'name'>): Finding {
  if (clockSkewMs === null)
    return warning(`not compared: ${name} took nothing`, 'see the line about the trace')
  return Math.abs(clockSkewMs) > MAX_CLOCK_SKEW_MS
    ? problem(describeSkew(clockSkewMs), "let the system set its clock by the network's time")
    : ok(`agrees with Datadog's to ${Math.ceil(Math.abs(clockSkewMs) / 1_000) + 1} s`)
}

/**
 * Checks whether the intake takes a line of the monitor's own log, where `STUDIO_LOGS=send` asks for it.
 * @param now milliseconds since the epoch
 */
export async function checkLogs(
  { isSent, identity }: { readonly isSent: boolean; readonly identity: Identity | null },
  intake: Pick<Intake, 'name' | 'sendLogs'>,
  now: number,
  timeoutMs: number,
): Promise<Finding> {
  if (!isSent) return ok('logs stay on this machine (STUDIO_LOGS=local)')
  if (!identity) return warning('logs are not sent, for DD_TRACE_ENABLED is false', 'remove one of the two')
  const line = {
    time: new Date(now).toISOString(),
    level: 'info',
    message: 'the doctor tries whether logs are taken',
  }
  const result = await intake.sendLogs(JSON.stringify([eventOfLine(JSON.stringify(line), identity)]), {
    timeoutMs,
  })
  return result.outcome === 'accepted'
    ? ok(`${intake.name} took a line of the log`)
    : refusal('a line of the log', intake, result)
}

function refusal(what: string, { name }: Pick<Intake, 'name'>, result: DeliveryResult): Finding {
  const reason = result.outcome === 'accepted' ? '' : result.reason
  const next =
    result.outcome === 'forbidden'
      ? 'check DD_API_KEY or DD_CLIENT_TOKEN, and DD_SITE'
      : 'look at network, HTTPS_PROXY and firewall'
  return problem(`${name} did not take ${what}: ${reason}`, `${next}. ${MEANWHILE}`)
}
