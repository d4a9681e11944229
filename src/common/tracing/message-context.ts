import type { Span, Tracer } from 'dd-trace'
import * as v from 'valibot'

/**
 * The key of the envelope: a message that one process sends to the other within a trace travels in an
 * envelope with the trace's context, which is taken off before anybody sees it. Without a trace it travels
 * bare.
 */
const CONTEXT = 'studio-datadog-monitor:context'

const EnvelopeSchema = v.strictObject({ [CONTEXT]: v.record(v.string(), v.string()), message: v.unknown() })

/** The process that received a message, as dd-trace names its own spans of Electron's messages. */
export type Receiver = 'main' | 'utility'

/**
 * Returns what to post: the message itself, or an envelope with the context of the active span. Never throws.
 */
export function encloseContext(tracer: Tracer | null, message: unknown): unknown {
  const context = tracer ? activeContext(tracer) : null
  // A message that looks like an envelope travels in one, so that it arrives as it was sent.
  return context || looksEnclosed(message) ? { [CONTEXT]: context ?? {}, message } : message
}

/** Delivers a posted message within the trace it was sent in. */
export function deliverInContext(
  tracer: Tracer | null,
  receiver: Receiver,
  posted: unknown,
  deliver: (message: unknown) => void,
): void {
  const envelope = v.safeParse(EnvelopeSchema, posted)
  if (!envelope.success) {
    deliver(posted)
    return
  }
  const { [CONTEXT]: context, message } = envelope.output
  const span = tracer && startReceiving(tracer, receiver, context)
  if (!span) {
    deliver(message)
    return
  }
  try {
    tracer.scope().activate(span, () => deliver(message))
  } finally {
    span.finish()
  }
}

function activeContext(tracer: Tracer): Record<string, string> | null {
  try {
    const span = tracer.scope().active()
    if (!span) return null
    const carrier: Record<string, string> = {}
    tracer.inject(span, 'text_map', carrier)
    return Object.keys(carrier).length > 0 ? carrier : null
  } catch {
    // A message without its trace is better than no message.
    return null
  }
}

function startReceiving(tracer: Tracer, receiver: Receiver, context: Record<string, string>): Span | null {
  try {
    const sender = tracer.extract('text_map', context)
    if (!sender) return null
    const tags = {
      'resource.name': 'message',
      'span.type': 'worker',
      'span.kind': 'consumer',
      component: 'electron',
    }
    return tracer.startSpan(`electron.${receiver}.receive`, { childOf: sender, tags })
  } catch {
    return null
  }
}

function looksEnclosed(message: unknown): boolean {
  try {
    return typeof message === 'object' && message !== null && CONTEXT in message
  } catch {
    // It cannot be posted either.
    return false
  }
}
