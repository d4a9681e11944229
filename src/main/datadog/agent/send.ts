import type { IncomingMessage } from 'node:http'
import type { RequestOptions } from 'node:https'
import { urlToHttpOptions } from 'node:url'
import { sendGate } from '../../../common/privacy/send-gate'
import { errorMessage } from '../../../common/storage/errors'
import { untraced } from '../../../common/tracing/dd-trace/transport'
import { type AgentResponse, type DeliveryResult, MAX_RESPONSE_BYTES } from './response'

export interface AgentRequest {
  readonly method: 'GET' | 'POST' | 'PUT'
  /** The path on the Agent, with its leading slash. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Iterable<string | Uint8Array>
}

export interface RequestLimits {
  /** For the whole of it, in milliseconds. */
  readonly timeoutMs: number
  /** Aborts the request. */
  readonly signal?: AbortSignal
}

export interface SendOptions extends RequestLimits {
  /** `http://`, `https://` or `unix://`, as `agentUrl` makes it. */
  readonly agentUrl: string
}

const NO_CONSENT = 'nothing leaves this machine without consent'

/** Sends it to the Agent once, without leaving a span; `judge` says what the answer means. Never rejects. */
export async function sendToAgent(
  request: AgentRequest,
  options: SendOptions,
  judge: (answer: AgentResponse) => DeliveryResult,
): Promise<DeliveryResult> {
  try {
    return judge(await requestAgent(request, options))
  } catch (error) {
    return { outcome: 'retry', reason: errorMessage(error) }
  }
}

/** The same for who wants to see the answer. @throws what kept the Agent from answering */
export function requestAgent(
  request: AgentRequest,
  { agentUrl, ...limits }: SendOptions,
): Promise<AgentResponse> {
  return requestHost(request, new URL(agentUrl), limits)
}

/**
 * The same for any host. Nothing is sent without consent.
 * @param connection what Node shall know of the way there: proxy, certificates
 * @throws what kept the host from answering
 */
export function requestHost(
  request: AgentRequest,
  host: URL,
  limits: RequestLimits,
  connection: RequestOptions = {},
): Promise<AgentResponse> {
  return untraced(() => send(request, host, limits, connection))
}

async function send(
  { body, ...head }: AgentRequest,
  url: URL,
  { timeoutMs, signal }: RequestLimits,
  connection: RequestOptions,
): Promise<AgentResponse> {
  // Not at the app's start: they take as long to load as the rest of the monitor.
  const http = url.protocol === 'https:' ? await import('node:https') : await import('node:http')
  if (!sendGate.isOpen) throw new Error(NO_CONSENT)
  return new Promise((resolve, reject) => {
    const request = http.request({
      ...destination(url),
      ...connection,
      ...head,
      ...(signal && { signal }),
    })
    const late = setTimeout(
      () => request.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)),
      timeoutMs,
    )
    const stopListening = sendGate.onChange(() => request.destroy(new Error(NO_CONSENT)))
    let answered = false
    request.once('close', () => {
      clearTimeout(late)
      stopListening()
      // A server that changes the protocol sends no response, and Node reports no error.
      if (!answered) reject(new Error('the connection was closed without an answer'))
    })
    request.on('error', reject)
    request.once('response', (response) => {
      answered = true
      const { statusCode: status = 0, headers } = response
      readAnswer(response).then((answer) => resolve({ status, headers, body: answer }), reject)
    })
    for (const part of body) request.write(part)
    request.end()
  })
}

/** The request's destination, as dd-trace's `parseUrl` reads it: a Windows pipe is `unix://./pipe/name`. */
function destination(url: URL): RequestOptions {
  if (url.protocol === 'unix:') return { socketPath: `${url.hostname === '.' ? '//.' : ''}${url.pathname}` }
  const { protocol, hostname, port } = urlToHttpOptions(url)
  return { protocol, hostname, port }
}

/** Reads a response. Rejects if the connection ends within it: then there was none. */
async function readAnswer(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response) {
    bytes += chunk.length
    chunks.push(chunk)
    // This is enough to see that it is too much.
    if (bytes > MAX_RESPONSE_BYTES) break
  }
  return Buffer.concat(chunks)
}
