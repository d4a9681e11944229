import type { Span, Tracer } from 'dd-trace'
import * as v from 'valibot'

/**
 * The key of the envelope: a message that one process sends to the other within a trace travels in an
 * envelope with the trace's context, which is taken off before anybody sees it. Without a trace it travels
 * bare.
 */
const MARK = 'studio-datadog-monitor:context'

/**
 * A tuple, told by its length and its first element: a message is the user's, and may hold hundreds of megabytes that
 * a schema or the names of its properties would take minutes to walk through.
 */
type Envelope = readonly [mark: typeof MARK, context: Readonly<Record<string, string>>, message: unknown]

const ContextSchema = v.record(v.string(), v.string())

/** dd-trace's own headers are below 1 KiB; W3C allows 512 bytes of trace state, and 8 KiB of baggage. */
const MAX_CONTEXT_LENGTH = 32_768

/** The process that received a message, as dd-trace names its own spans of Electron's messages. */
export type Receiver = 'main' | 'utility'

/**
 * Returns what to post: the message itself, or an envelope with the context of the active span. Never throws.
 */
export function encloseContext(tracer: Tracer | null, message: unknown): unknown {
  const context = tracer ? activeContext(tracer) : null
  // A message that looks like an envelope travels in one, so that it arrives as it was sent.
  return context !== null || looksEnclosed(message) ? [MARK, context ?? '{}', message] : message
}

/** Delivers a posted message within the trace it was sent in. */
export function deliverInContext(
  tracer: Tracer | null,
  receiver: Receiver,
  posted: unknown,
  deliver: (message: unknown) => void,
): void {
  const envelope = openEnvelope(posted)
  if (!envelope) {
    deliver(posted)
    return
  }
  const [, context, message] = envelope
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

/** The context as JSON: a text has a length to be bounded by. */
function activeContext(tracer: Tracer): string | null {
  try {
    const span = tracer.scope().active()
    if (!span) return null
    const carrier: Record<string, string> = {}
    tracer.inject(span, 'text_map', carrier)
    return Object.keys(carrier).length > 0 ? JSON.stringify(carrier) : null
  } catch {
    // A message without its trace is better than no message.
    return null
  }
}

function startReceiving(tracer: Tracer, receiver: Receiver, context: Envelope[1]): Span | null {
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

function looksEnclosed(message: unknown): message is readonly unknown[] {
  try {
    return Array.isArray(message) && message.length === 3 && message[0] === MARK
  } catch {
    // It cannot be posted either.
    return false
  }
}

/** @returns `null` for what is no envelope: its content is not looked at */
function openEnvelope(posted: unknown): Envelope | null {
  if (!looksEnclosed(posted)) return null
  const [, context, message] = posted
  if (typeof context !== 'string' || context.length > MAX_CONTEXT_LENGTH) return null
  try {
    const parsed = v.safeParse(ContextSchema, JSON.parse(context))
    return parsed.success ? [MARK, parsed.output, message] : null
  } catch {
    return null
  }
}
