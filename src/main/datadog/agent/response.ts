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

/** Largest response read: an Agent's takes some bytes, and whatever sends more is no Agent. */
export const MAX_RESPONSE_BYTES = 64 * 1024

/** Temporary client errors: the request took too long, or there were too many. */
const PASSING = [408, 429]
/** Errors caused by the spans: they cannot be decoded, are too large, or have an unknown format. */
const BLAMED_ON_SPANS = [400, 413, 415, 422]

const NO_AGENT: DeliveryResult = { outcome: 'retry', reason: 'what answered is not an Agent' }

/**
 * Classifies the response to profiles. As in dd-trace, 2xx is success whatever the body says, and a 4xx is
 * final: the Agent passes on Datadog's response. But a redirection, a web page, binary data or an endless
 * body come from something else at that address.
 */
export function classifyProfileResponse({ status, headers, body }: AgentResponse): DeliveryResult {
  if (status >= 400 && status < 500 && !PASSING.includes(status))
    return { outcome: 'rejected', reason: `HTTP ${status}` }
  if (status < 200 || status >= 300) return { outcome: 'retry', reason: `HTTP ${status}` }
  const page = headers['content-type']?.startsWith('text/html') ?? false
  return page || body.length > MAX_RESPONSE_BYTES || !isUtf8(body) ? NO_AGENT : { outcome: 'accepted' }
}

/**
 * Classifies the response to spans. The Agent decodes them itself and confirms them with 200 and the sampling
 * rates, so nothing else is a confirmation, and only errors that the spans cause are final.
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
