import type { Tracer } from 'dd-trace'
import { markPrefix, type OutputMark } from '../../common/output/marks'
import { BACKEND_MARKER } from '../../common/protocol/messages'
import { activeLogContext } from '../../common/tracing/log-context'
import { markConsole } from './console-marks'

/**
 * Links each line of `console` to its trace, as dd-trace itself does for pino and winston. With
 * `DD_LOGS_INJECTION=false`, which main has parsed, nothing is changed.
 */
export function injectIntoLogs(tracer: Tracer | null): void {
  const marker = process.env[BACKEND_MARKER]
  if (!tracer || !marker || process.env.DD_LOGS_INJECTION !== 'true') return
  markConsole({ console, process, prefix: markPrefix(marker), ids: () => activeIds(tracer) })
}

function activeIds(tracer: Tracer): OutputMark['ids'] {
  const { trace_id: traceId, span_id: spanId } = activeLogContext(tracer) ?? {}
  return traceId === undefined || spanId === undefined ? null : { traceId, spanId }
}
