import type { Tracer } from 'dd-trace'
import { startTracer } from './tracer'

/** No Agent, no flush by itself, no telemetry: spans are taken out as an exiting backend takes them. */
const QUIET = {
  DD_TRACE_AGENT_URL: 'http://127.0.0.1:9',
  DD_TRACE_FLUSH_INTERVAL: '3600000',
  DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
  DD_REMOTE_CONFIGURATION_ENABLED: 'false',
  DD_RUNTIME_METRICS_ENABLED: 'false',
}

/**
 * Starts this process's one dd-trace, which sends nothing.
 * @param more variables of dd-trace's on top
 */
export function startQuietTracer(
  role: 'main' | 'backend',
  more: Readonly<Record<string, string>> = {},
): Tracer {
  // Some of them are read later than at its start.
  Object.assign(process.env, QUIET, more)
  const { tracer, failure } = startTracer(role)
  if (!tracer) throw new Error(`dd-trace did not start: ${failure}`)
  return tracer
}
