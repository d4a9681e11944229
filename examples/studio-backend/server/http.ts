import type http from 'node:http'

/** Largest request body in bytes. */
export const MAX_BODY_BYTES = 1024 * 1024

/** A route's response: JSON, or the bytes of a file. */
export interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly file?: { readonly contentType: string; readonly bytes: Buffer }
  readonly headers?: Readonly<Record<string, string>>
}

export type Body =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly answer: Answer }

/** An error in the engine's shape. */
export function errorAnswer(status: number, type: string, message: string, details = ''): Answer {
  return { status, body: { error: { type, message, details, extra_info: {} }, node_errors: {} } }
}

/** The parsed JSON body, or the response to a body that is too large or not JSON. */
export async function readJson(request: http.IncomingMessage): Promise<Body> {
  const bytes = await readBytes(request)
  if (bytes === null) {
    const message = `The request body has more than ${MAX_BODY_BYTES} bytes`
    // The rest of the body would be read as the client's next request.
    const answer = { ...errorAnswer(413, 'body_too_large', message), headers: { connection: 'close' } }
    return { ok: false, answer }
  }
  try {
    // Clients send `POST /interrupt` without a body.
    return { ok: true, value: bytes.length === 0 ? {} : JSON.parse(bytes.toString('utf8')) }
  } catch (error) {
    const details = error instanceof Error ? error.message : String(error)
    return { ok: false, answer: errorAnswer(400, 'invalid_json', 'The request body is not JSON', details) }
  }
}

/** Reads the body; `null` if it is too large. Rejects if the client goes away. */
function readBytes(request: http.IncomingMessage): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= MAX_BODY_BYTES) chunks.push(chunk)
      else resolve(null)
    })
    request.on('end', () => resolve(Buffer.concat(chunks)))
    request.on('error', reject)
    request.on('close', () => reject(new Error('The client went away')))
  })
}

export function sendAnswer(response: http.ServerResponse, answer: Answer): void {
  const json = answer.body === undefined ? '' : JSON.stringify(answer.body)
  const content = answer.file?.bytes ?? Buffer.from(json)
  const contentType = answer.file?.contentType ?? 'application/json; charset=utf-8'
  response.writeHead(answer.status, {
    'content-type': contentType,
    'content-length': content.length,
    'x-content-type-options': 'nosniff',
    ...answer.headers,
  })
  response.end(content)
}

/** False for web pages that a browser on this machine has open: they send their own origin or host name. */
export function isLocal(request: http.IncomingMessage): boolean {
  const { host = '', origin } = request.headers
  if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(host)) return false
  return origin === undefined || origin === `http://${host}` || origin === 'file://'
}
