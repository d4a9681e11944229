import { isUtf8 } from 'node:buffer'
import type { IncomingHttpHeaders } from 'node:http'

export interface AgentResponse {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Uint8Array
}

/**
 * `accepted` for good, `rejected` for good, or to be tried again: after so many milliseconds at the earliest where the
 * server says so. `forbidden`: whoever sends it is not let in, and nothing else of them is.
 */
export type DeliveryResult =
  | { readonly outcome: 'accepted' }
  | { readonly outcome: 'rejected' | 'forbidden'; readonly reason: string }
  | { readonly outcome: 'retry'; readonly reason: string; readonly afterMs?: number }

/** An answer is some bytes; what sends more is no Agent. */
export const MAX_RESPONSE_BYTES = 64 * 1024

/** Client errors that pass by themselves: the request took too long, there were too many. */
const PASSING = [408, 429]
/** What a span can be blamed for: it cannot be decoded, is too large, is of no known format. */
const BLAMED_ON_SPANS = [400, 413, 415, 422]

const NO_AGENT: DeliveryResult = { outcome: 'retry', reason: 'what answered is not an Agent' }

/**
 * What an answer to profiles means. As in dd-trace 2xx is success whatever the body says, and a 4xx is final: the
 * Agent hands on what Datadog answered. But a redirection, a web page, binary data or what has no end come from something else at
 * that address.
 */
export function classifyProfileResponse({ status, headers, body }: AgentResponse): DeliveryResult {
  if (status >= 400 && status < 500 && !PASSING.includes(status))
    return { outcome: 'rejected', reason: `HTTP ${status}` }
  if (status < 200 || status >= 300) return { outcome: 'retry', reason: `HTTP ${status}` }
  const page = headers['content-type']?.startsWith('text/html') ?? false
  return page || body.length > MAX_RESPONSE_BYTES || !isUtf8(body) ? NO_AGENT : { outcome: 'accepted' }
}

/**
 * What an answer to spans means. The Agent decodes them itself: it confirms them with 200 and the sampling rates, so
 * nothing else is a confirmation, and only what the spans can be blamed for is final.
 */
export function classifyTraceResponse({ status, body }: AgentResponse): DeliveryResult {
  if (BLAMED_ON_SPANS.includes(status)) return { outcome: 'rejected', reason: `HTTP ${status}` }
  if (status !== 200) return { outcome: 'retry', reason: `HTTP ${status}` }
  return hasRates(body) ? { outcome: 'accepted' } : NO_AGENT
}

function hasRates(body: Uint8Array): boolean {
  try {
    const answer: unknown = JSON.parse(Buffer.from(body).toString())
    const rates = typeof answer === 'object' && answer !== null && 'rate_by_service' in answer
    return rates && typeof answer.rate_by_service === 'object' && answer.rate_by_service !== null
  } catch {
    return false
  }
}
