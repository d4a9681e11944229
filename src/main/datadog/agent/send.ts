import type { IncomingMessage, RequestOptions } from 'node:http'
import { urlToHttpOptions } from 'node:url'
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

export interface SendOptions {
  /** The Agent's address, `http://`, `https://` or `unix://`, as `agentUrl` makes it. */
  readonly agentUrl: string
  /** Time limit of the whole request, in milliseconds. */
  readonly timeoutMs: number
  /** Aborts the request. */
  readonly signal?: AbortSignal
}

/**
 * Sends a request to the Agent once, without leaving a span; `judge` classifies the response. Never rejects.
 */
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

/**
 * Sends a request and returns the response.
 * @throws the error that kept the Agent from responding
 */
export function requestAgent(request: AgentRequest, options: SendOptions): Promise<AgentResponse> {
  return untraced(() => send(request, options))
}

async function send(
  { body, ...head }: AgentRequest,
  { agentUrl, timeoutMs, signal }: SendOptions,
): Promise<AgentResponse> {
  const url = new URL(agentUrl)
  // Not loaded at the app's start: they take as long to load as the rest of the monitor.
  const http = url.protocol === 'https:' ? await import('node:https') : await import('node:http')
  return new Promise((resolve, reject) => {
    const request = http.request({
      ...destination(url),
      ...head,
      ...(signal && { signal }),
    })
    const late = setTimeout(
      () => request.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)),
      timeoutMs,
    )
    let answered = false
    request.once('close', () => {
      clearTimeout(late)
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
