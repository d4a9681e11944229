import type { Tracer } from 'dd-trace'
import { exporterOf } from './exporter'

type Environment = Readonly<Record<string, string | undefined>>

/** The variables that leave dd-trace 5.132 without a tracer, in the order in which it counts; `init` says nothing of it. */
const SWITCHES: readonly { readonly name: string; readonly leaves: RegExp }[] = [
  { name: 'DD_TRACE_ENABLED', leaves: /^(false|0)$/i },
  { name: 'OTEL_SDK_DISABLED', leaves: /^(true|1)$/i },
  { name: 'DD_METRICS_OTEL_ENABLED', leaves: /^(true|1)$/i },
  { name: 'DD_LOGS_OTEL_ENABLED', leaves: /^(true|1)$/i },
  { name: 'OTEL_TRACES_EXPORTER', leaves: /./ },
  { name: 'DD_TRACE_EXPERIMENTAL_EXPORTER', leaves: /./ },
  // A program that is a function of AWS prints its spans.
  { name: 'AWS_LAMBDA_FUNCTION_NAME', leaves: /./ },
]

/** By these dd-trace prints its spans, and sends none. */
const PRINTS = ['DD_TRACE_EXPERIMENTAL_EXPORTER', 'AWS_LAMBDA_FUNCTION_NAME'] as const

/** By one of these a person asks dd-trace for OpenTelemetry. */
const ASKS_FOR_OTEL = ['DD_TRACE_OTEL_ENABLED', 'DD_METRICS_OTEL_ENABLED', 'DD_LOGS_OTEL_ENABLED'] as const

/**
 * Tells whether a real tracer came of `init`, which swallows its errors and leaves one that does nothing.
 * @returns what left it, `DD_METRICS_OTEL_ENABLED=true`, with dd-trace's own words; `null` when there is a tracer
 */
export function inactiveReason(tracer: Tracer, env: Environment, error: string | null): string | null {
  const { _tracingInitialized: isInitialized } = tracer as unknown as { _tracingInitialized?: boolean }
  const exporter = exporterOf(tracer)
  // An exporter that only prints spans has no writer.
  if (isInitialized === true && exporter && (exporter._writer || !PRINTS.some((name) => env[name])))
    return null
  const found = SWITCHES.find(({ name, leaves }) => leaves.test(env[name]?.trim() ?? ''))
  const culprit = found ? `${found.name}=${env[found.name]?.trim()}` : null
  const words = error === null ? null : `dd-trace says: ${error}`
  return [culprit, words].filter((one) => one !== null).join('; ') || 'dd-trace does not say why'
}

/** Makes dd-trace send its spans with an exporter that is not shipped: then it says nothing and traces nothing. */
const OTHER_EXPORTER = '_DD_APM_TRACING_AGENTLESS_ENABLED'

/**
 * Variables that other programs are set up with, and dd-trace takes for its own. Those of OpenTelemetry, with
 * `OTEL_TRACES_EXPORTER=none` among them, by which it does nothing, count where a `DD_*` name asks for OpenTelemetry.
 * @returns their names, without those that count
 */
export function foreignVariables(env: Environment): string[] {
  const asksForOtel = ASKS_FOR_OTEL.some((name) => /^(true|1)$/i.test(env[name]?.trim() ?? ''))
  return Object.keys(env).filter((name) => name === OTHER_EXPORTER || (!asksForOtel && /^OTEL_/i.test(name)))
}
