import type { IncomingHttpHeaders } from 'node:http'
import * as v from 'valibot'
import { type IntakeLog, LogsSchema } from '../intake/schema'
import { type Answer, answerOf, type Endpoint } from './endpoints'
import { type Metric, parseMetrics } from './metric'
import { type Profile, parseProfile } from './profile'
import { decodeSpans, type Span } from './span'

/** One request that reached the double, whether it accepted the payload or not. */
export interface ReceivedRequest {
  /** The endpoint; `null` for an unknown path. */
  readonly endpoint: Endpoint | null
  readonly method: string
  /** The path without the query. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** True if the double kept the payload and responded as the Agent does. */
  readonly taken: boolean
  /** The reason why a payload could not be decoded (the response was 400), or `null`. */
  readonly problem: string | null
}

type Incoming = Omit<ReceivedRequest, 'taken' | 'problem'>
type Outcome = { -readonly [K in 'taken' | 'problem']: ReceivedRequest[K] }

/** The requests that arrived, and the contents of the accepted ones. */
export class Inbox {
  readonly requests: ReceivedRequest[] = []
  readonly spans: Span[] = []
  readonly metrics: Metric[] = []
  readonly profiles: Profile[] = []
  readonly telemetry: unknown[] = []
  readonly logs: IntakeLog[] = []

  clear(): void {
    for (const list of [this.requests, this.spans, this.metrics, this.profiles, this.telemetry, this.logs])
      list.length = 0
  }

  receive(incoming: Incoming): Incoming & Outcome {
    const request = { ...incoming, taken: false, problem: null }
    this.requests.push(request)
    return request
  }

  /** Decodes and keeps a request's payload. A malformed one is not kept and gets 400, as from the Agent. */
  async take(request: Incoming & Outcome): Promise<Answer> {
    const { endpoint } = request
    if (endpoint === null) return { status: 404, body: { error: 'not found' } }
    try {
      await this.#keep(endpoint, request)
    } catch (error) {
      request.problem = String(error)
      return { status: 400, body: { error: request.problem } }
    }
    request.taken = true
    return answerOf(endpoint)
  }

  async #keep(endpoint: Endpoint, { path, body, headers }: Incoming): Promise<void> {
    switch (endpoint) {
      case 'traces':
        this.spans.push(...decodeSpans(body))
        break
      case 'dogstatsd':
        this.metrics.push(...parseMetrics(body.toString()))
        break
      case 'profiling':
        this.profiles.push(await parseProfile(body, headers['content-type'] ?? ''))
        break
      case 'telemetry':
        this.telemetry.push(JSON.parse(body.toString()))
        break
      case 'config':
        JSON.parse(body.toString())
        break
      case 'evp':
        // Passed on to the host that the header names.
        if (path.endsWith('/api/v2/logs') && headers['x-datadog-evp-subdomain'] === 'http-intake.logs')
          this.logs.push(...v.parse(LogsSchema, JSON.parse(body.toString())))
        break
      case 'info':
      case 'stats':
        break
    }
  }
}
