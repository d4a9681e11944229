import { randomBytes } from 'node:crypto'
import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import { urlToHttpOptions } from 'node:url'
import { errorMessage } from '../storage/errors'
import { judge, type UploadResult } from './upload-result'
import { tracerHeaders, untraced } from './upload-tracer'

export interface Attachment {
  /** `wall.pprof` or `space.pprof`. */
  readonly name: string
  readonly data: Uint8Array
}

export interface Upload {
  /** The content of `event.json`. */
  readonly event: string
  readonly attachments: readonly Attachment[]
}

export interface UploadOptions {
  /** `http://`, `https://` or `unix://`, as `agentUrl` makes it. */
  readonly agentUrl: string
  /** For the whole of it, in milliseconds. */
  readonly timeoutMs: number
  /** Gives it up. */
  readonly signal?: AbortSignal
}

/** An answer is some bytes; what sends more is no Agent. */
const MAX_ANSWER_BYTES = 64 * 1024

/**
 * Sends one set to the Agent once, in the form of dd-trace 5.132's own exporter (`profiling/exporters/agent.js`), and
 * without leaving a span. Never rejects.
 */
export async function upload(what: Upload, options: UploadOptions): Promise<UploadResult> {
  try {
    return await untraced(() => send(what, options))
  } catch (error) {
    return { outcome: 'later', reason: errorMessage(error) }
  }
}

function send(what: Upload, { agentUrl, timeoutMs, signal }: UploadOptions): Promise<UploadResult> {
  const boundary = randomBytes(8).toString('hex')
  const url = new URL(agentUrl)
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? https : http).request({
      ...destination(url),
      method: 'POST',
      path: '/profiling/v1/input',
      headers: { ...tracerHeaders(), 'Content-Type': `multipart/form-data; boundary=${boundary}` },
      ...(signal && { signal }),
    })
    const late = setTimeout(
      () => request.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)),
      timeoutMs,
    )
    request.once('close', () => clearTimeout(late))
    request.on('error', reject)
    request.once('response', (response) => {
      readAnswer(response).then(
        (body) => resolve(judge(response.statusCode ?? 0, response.headers, body)),
        reject,
      )
    })
    for (const part of multipart(what, boundary)) request.write(part)
    request.end()
  })
}

/** As dd-trace's `parseUrl` reads it: a Windows pipe is `unix://./pipe/name`. */
function destination(url: URL): http.RequestOptions {
  if (url.protocol === 'unix:') return { socketPath: `${url.hostname === '.' ? '//.' : ''}${url.pathname}` }
  const { protocol, hostname, port } = urlToHttpOptions(url)
  return { protocol, hostname, port }
}

/** As dd-trace's `FormData` writes it: the field of a profile is called as its file. */
function* multipart({ event, attachments }: Upload, boundary: string): Generator<string | Uint8Array> {
  const head = (field: string, file: string, type: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${field}"; filename="${file}"\r\n` +
    `Content-Type: ${type}\r\n\r\n`
  yield `${head('event', 'event.json', 'application/json')}${event}\r\n`
  for (const { name, data } of attachments) {
    yield head(name, name, 'application/octet-stream')
    yield data
    yield '\r\n'
  }
  yield `--${boundary}--\r\n`
}

/** Rejects when the connection ends within the answer: then it was not given. */
async function readAnswer(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response) {
    bytes += chunk.length
    if (bytes > MAX_ANSWER_BYTES) break
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
