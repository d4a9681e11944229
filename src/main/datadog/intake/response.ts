import { isUtf8 } from 'node:buffer'
import { type AgentResponse, type DeliveryResult, MAX_RESPONSE_BYTES } from '../agent/response'

/** The statuses that the payload is to blame for: it cannot be decoded, is too large, is of no known format. */
const BLAMED_ON_PAYLOAD = [400, 413, 415, 422]
/** The statuses that the key or the token is to blame for. */
const BLAMED_ON_KEY = [401, 403]
/** The longest that a server's `Retry-After` is obeyed, in milliseconds. */
const MAX_RETRY_AFTER_MS = 3_600_000

/**
 * Says what an answer of Datadog's intakes means. Only a 2xx accepts. A web page comes from something in between, a
 * captive portal or a company's gateway, whatever its status: it accepts nothing and says nothing of the key.
 * @param now milliseconds since the epoch
 */
export function classifyIntakeResponse(response: AgentResponse, now: number): DeliveryResult {
  const { status, headers } = response
  const reason = `HTTP ${status}`
  if (isForeign(response)) return { outcome: 'retry', reason: `${reason}, and not from Datadog` }
  if (status >= 200 && status < 300) return { outcome: 'accepted' }
  if (BLAMED_ON_KEY.includes(status)) return { outcome: 'forbidden', reason }
  if (BLAMED_ON_PAYLOAD.includes(status)) return { outcome: 'rejected', reason }
  const afterMs = retryAfter(headers['retry-after'], now)
  return afterMs === null ? { outcome: 'retry', reason } : { outcome: 'retry', reason, afterMs }
}

function isForeign({ headers, body }: AgentResponse): boolean {
  const isPage = headers['content-type']?.toLowerCase().startsWith('text/html') ?? false
  return isPage || body.length > MAX_RESPONSE_BYTES || !isUtf8(body) || /^\s*</.test(textStart(body))
}

const textStart = (body: Uint8Array) => Buffer.from(body.subarray(0, 100)).toString()

/** `Retry-After` in seconds or as a date (RFC 9110, 10.2.3), in milliseconds from now; `null` without a usable one. */
function retryAfter(value: string | undefined, now: number): number | null {
  if (value === undefined) return null
  const ms = /^\d+$/.test(value.trim()) ? Number(value) * 1_000 : Date.parse(value) - now
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS) : null
}
