import { randomBytes } from 'node:crypto'
import { containerHeaders, tracerVersion } from '../../../common/tracing/dd-trace/transport'
import type { Attachment } from '../../records/profiles/attachments'
import { classifyProfileResponse, type DeliveryResult } from '../agent/response'
import { type AgentRequest, type SendOptions, sendToAgent } from '../agent/send'

export interface Upload {
  /** The content of `event.json`. */
  readonly event: string
  readonly attachments: readonly Attachment[]
}

/**
 * Sends one set to the Agent once, in the form of dd-trace 5.132's own exporter
 * (`profiling/exporters/agent.js`), without leaving a span. Never rejects.
 */
export function upload(what: Upload, options: SendOptions): Promise<DeliveryResult> {
  const request = { method: 'POST', path: '/profiling/v1/input', ...profileForm(what) } as const
  return sendToAgent(request, options, classifyProfileResponse)
}

/** The same form goes to the Agent and to Datadog's own intake. */
export function profileForm(what: Upload): Pick<AgentRequest, 'headers' | 'body'> {
  const boundary = randomBytes(8).toString('hex')
  const version = tracerVersion()
  const headers = {
    'DD-EVP-ORIGIN': 'dd-trace-js',
    ...(version === null ? {} : { 'DD-EVP-ORIGIN-VERSION': version }),
    ...containerHeaders(),
    'Content-Type': `multipart/form-data; boundary=${boundary}`,
  }
  return { headers, body: multipart(what, boundary) }
}

/** Formats the body as dd-trace's `FormData` does: a profile's field has the name of its file. */
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
