import type { Tracer } from 'dd-trace'
import { errorMessage } from '../../../common/storage/errors'
import { takeUnsentTraces } from '../../../common/tracing/dd-trace/flush'
import { classifyTraceResponse } from '../../datadog/agent/response'
import { requestAgent, type SendOptions, sendToAgent } from '../../datadog/agent/send'
import type { MetricName } from '../../datadog/metrics/registry'
import { tracesRequest } from '../../datadog/spans/payload'
import { type Finding, ok, problem, warning } from './check'

const AGENT_LOG = "look into the Agent's own log (on Linux /var/log/datadog/trace-agent.log)"

/** Checks that the Agent confirms a real span, made and encoded by dd-trace. */
export async function checkTrace(tracer: Tracer | null, options: SendOptions): Promise<Finding> {
  const span = tracer?.startSpan('studio.doctor', { tags: { 'resource.name': 'doctor' } })
  span?.finish()
  const unsent = takeUnsentTraces(tracer)
  if (!span || !unsent) return warning('no span was made, so none was sent', 'see the line about the tracer')
  const request = tracesRequest({ taken: 1, spans: unsent.count, body: [unsent.payload] })
  const result = await sendToAgent(request, options, classifyTraceResponse)
  return result.outcome === 'accepted'
    ? ok(`the Agent confirmed a span, trace id ${span.context().toTraceId()}`)
    : problem(`the Agent did not take a span: ${result.reason}`, AGENT_LOG)
}

/** A metric sent with a count of zero: accepted like any other, it changes no figure. */
const METRIC: MetricName = 'studio.backend.silences'

/**
 * Checks that the Agent accepts metrics, sent by dd-trace's client: to the trace Agent, or by UDP to one that
 * does not accept them there.
 */
export async function checkMetric(tags: readonly string[], options: SendOptions): Promise<Finding> {
  const body = `${METRIC}:0|c|#${tags.join(',')}\n`
  const headers = { 'Content-Length': String(Buffer.byteLength(body)) }
  try {
    const request = { method: 'POST', path: '/dogstatsd/v2/proxy', headers, body: [body] } as const
    const { status } = await requestAgent(request, options)
    if (status >= 200 && status < 300) return ok('the Agent took a metric')
    if (status === 404) {
      const next =
        'update the Datadog Agent to have them confirmed; see that its DogStatsD listens (UDP port 8125)'
      return warning('metrics go by UDP, which nobody confirms', next)
    }
    return problem(`the Agent did not take a metric: HTTP ${status}`, AGENT_LOG)
  } catch (error) {
    return problem(`the Agent did not take a metric: ${errorMessage(error)}`, AGENT_LOG)
  }
}
