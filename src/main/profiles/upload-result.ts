import { isUtf8 } from 'node:buffer'
import type { IncomingHttpHeaders } from 'node:http'

/** `taken` for good, `refused` for good, or to be tried again. */
export type UploadResult =
  | { readonly outcome: 'taken' }
  | { readonly outcome: 'refused' | 'later'; readonly reason: string }

/** Client errors that pass by themselves: the request took too long, there were too many. */
const PASSING = [408, 429]

/**
 * What an answer means. As in dd-trace 2xx is success whatever the body says, and a 4xx is final: the Agent hands on
 * what Datadog answered. But a redirection, a web page or binary data come from something else at that address.
 */
export function judge(status: number, headers: IncomingHttpHeaders, body: Uint8Array): UploadResult {
  if (status >= 400 && status < 500 && !PASSING.includes(status))
    return { outcome: 'refused', reason: `HTTP ${status}` }
  if (status < 200 || status >= 300) return { outcome: 'later', reason: `HTTP ${status}` }
  const page = headers['content-type']?.startsWith('text/html') ?? false
  if (page || !isUtf8(body)) return { outcome: 'later', reason: 'what answered is not an Agent' }
  return { outcome: 'taken' }
}
