import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import * as v from 'valibot'
import { type Answer, trouble } from './answer'

/**
 * Time for a response, in milliseconds: an engine that loads a model may hold its interpreter's lock for
 * seconds.
 */
const ANSWER_MS = 10_000
/**
 * Largest response read: a history entry holds the whole workflow and its nodes' output, megabytes at most.
 */
const MAX_RESPONSE_BYTES = 32 * 2 ** 20

interface Question {
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Sends one request at a time, bounded in time and size. No call rejects. */
export class EngineClient {
  /** @param url of the engine's API, without a trailing slash */
  constructor(
    private readonly url: string,
    private readonly answerMs: number = ANSWER_MS,
  ) {}

  /** @param path with its leading slash */
  async get<Body>(path: string, schema: v.GenericSchema<unknown, Body>): Promise<Answer<Body>> {
    const answer = await this.#ask(path, {})
    if (!answer.ok) return answer
    const parsed = v.safeParse(schema, answer.body)
    return parsed.success ? { ok: true, body: parsed.output } : trouble('answers what no engine says')
  }

  /** Posts a request; the engine responds to some with an empty body. */
  async post(path: string, body: unknown, headers: Readonly<Record<string, string>>): Promise<Answer<null>> {
    const answer = await this.#ask(path, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return answer.ok || answer.status === 200 ? { ok: true, body: null } : answer
  }

  /**
   * Posts a text that is JSON, and waits for the answer until `signal` says otherwise: an engine that loads a model for
   * its first job takes the next one when it is done with that.
   */
  async postText(path: string, text: string, signal: AbortSignal): Promise<Answer<unknown>> {
    try {
      const headers = { 'content-type': 'application/json' }
      const response = await this.#request(path, { method: 'POST', headers, body: text }, signal)
      const { statusCode: status = 0 } = response
      const answer = (await readText(response)) ?? ''
      if (status >= 200 && status <= 299) return { ok: true, body: null }
      return { ok: false, trouble: `answers with status ${status}`, status, body: parseOr(answer) }
    } catch (error) {
      return trouble(inWords(error))
    }
  }

  async #ask(path: string, { method = 'GET', headers = {}, body = '' }: Question): Promise<Answer<unknown>> {
    const deadline = AbortSignal.timeout(this.answerMs)
    try {
      const response = await this.#request(path, { method, headers, body }, deadline)
      const { statusCode: status = 0 } = response
      if (status < 200 || status > 299) {
        response.destroy()
        return trouble(`answers with status ${status}`, status)
      }
      const text = await readText(response)
      if (text === null) return trouble(`answers more than ${MAX_RESPONSE_BYTES / 2 ** 20} MiB`)
      return parse(text, status)
    } catch (error) {
      const late = `does not answer within ${this.answerMs / 1000} s`
      return trouble(deadline.aborted ? late : inWords(error))
    }
  }

  /**
   * Sends a request without `fetch`, which rejects ports that browsers block, and self-signed certificates.
   */
  #request(
    path: string,
    { method, headers, body }: Required<Question>,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const url = new URL(`${this.url}${path}`)
    return new Promise((resolve, reject) => {
      const request = (url.protocol === 'https:' ? https : http).request(url, {
        method,
        headers,
        // The engine might close a kept-alive connection just when it is needed.
        agent: false,
        rejectUnauthorized: !isThisMachine(url),
        signal,
      })
      request.once('response', resolve)
      request.on('error', reject)
      request.end(body)
    })
  }
}

function inWords(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return code === 'ECONNREFUSED' ? 'refuses connections' : `cannot be asked: ${code ?? message}`
}

/** True if the URL is this machine's: nobody in between could have made the certificate. */
export function isThisMachine({ hostname }: URL): boolean {
  // `URL` writes each way to say an IPv4 address as four numbers.
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
}

/** Reads the response; `null` if it is too large. */
async function readText(response: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response) {
    bytes += chunk.length
    if (bytes > MAX_RESPONSE_BYTES) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parseOr(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function parse(text: string, status: number): Answer<unknown> {
  try {
    return { ok: true, body: JSON.parse(text) }
  } catch {
    return trouble('answers what is not JSON', status)
  }
}
