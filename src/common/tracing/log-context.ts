import type { Span, Tracer } from 'dd-trace'

/** The fields of a log line that link it to its trace, as dd-trace injects them; ids only within a span. */
export interface LogContext {
  /** 32 hexadecimal digits. */
  readonly trace_id?: string
  /** Decimal. */
  readonly span_id?: string
  readonly service?: string
  readonly env?: string
  readonly version?: string
}

/** The log context of the active span. `null` without a tracer. Never throws. */
export function activeLogContext(tracer: Tracer | null): LogContext | null {
  return contextOf(tracer, () => tracer?.scope().active() ?? null)
}

/** The log context outside any span. `null` without a tracer. Never throws. */
export function serviceLogContext(tracer: Tracer | null): LogContext | null {
  return contextOf(tracer, () => null)
}

function contextOf(tracer: Tracer | null, span: () => Span | null): LogContext | null {
  try {
    const carrier: { dd?: LogContext } = {}
    // Without a span dd-trace injects service, environment and version alone; its types do not know that.
    tracer?.inject(span() as Span, 'log', carrier)
    return carrier.dd ?? null
  } catch {
    return null
  }
}
